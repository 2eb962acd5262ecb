// Watchdog: notifies the service manager that the io thread is alive. Does nothing when the manager
// has no watchdog.
#pragma once

#include "base/service_manager.h"
#include "net/asio.h"

namespace mega {

class Watchdog {
 public:
  // `io` and `manager` must outlive it. Use only on the thread of `io`.
  Watchdog(asio::io_context& io, const ServiceManager& manager) : manager_(manager), timer_(io) {}

  void start();
  // Ends the wait.
  void stop();

 private:
  asio::awaitable<void> feed();

  const ServiceManager& manager_;
  asio::steady_timer timer_;
  bool stopped_ = false;
};

}  // namespace mega
