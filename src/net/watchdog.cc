#include "net/watchdog.h"

#include "net/coroutines.h"

namespace mega {

void Watchdog::start() {
  if (manager_.watchdog()) spawn(timer_.get_executor(), feed(), "watchdog");
}

void Watchdog::stop() {
  stopped_ = true;
  timer_.cancel();
}

// Twice as often as required, as sd_watchdog_enabled(3) recommends.
asio::awaitable<void> Watchdog::feed() {
  while (!stopped_) {
    manager_.tell("WATCHDOG=1");
    timer_.expires_after(*manager_.watchdog() / 2);
    co_await timer_.async_wait(as_value);
  }
}

}  // namespace mega
