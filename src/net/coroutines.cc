#include "net/coroutines.h"

#include "base/log.h"

#include <exception>
#include <utility>

namespace mega {

Deadline::Deadline(const asio::any_io_executor& executor, std::chrono::milliseconds time,
                   std::function<void()> give_up)
    : timer_(executor, time) {
  // The timer's handler may already be queued when the Deadline is destroyed.
  timer_.async_wait(
      [this, live = live_, act = std::move(give_up)](const asio::error_code& cancelled) {
        if (cancelled || !*live) return;
        passed_ = true;
        act();
      });
}

void spawn(const asio::any_io_executor& executor, asio::awaitable<void> work, const char* name) {
  asio::co_spawn(executor, std::move(work), [name](std::exception_ptr thrown) {
    if (!thrown) return;
    const Logger logger{name};
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      logger.error("internal error: {}", e.what());
    } catch (...) {
      logger.error("internal error: an exception of unknown type");
    }
  });
}

}  // namespace mega
