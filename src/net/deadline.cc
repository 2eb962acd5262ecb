#include "net/deadline.h"

#include <utility>

namespace mega {

Deadline::Deadline(const asio::any_io_executor& executor, std::chrono::milliseconds time,
                   std::function<void()> give_up)
    : timer_(executor, time) {
  // The timer's handler may be on its way already when the Deadline goes.
  timer_.async_wait(
      [this, live = live_, act = std::move(give_up)](const asio::error_code& cancelled) {
        if (cancelled || !*live) return;
        passed_ = true;
        act();
      });
}

}  // namespace mega
