// Watchdog: tells the service manager that the thread of the sockets still turns. Where the manager
// wants no such word it is quiet.
#pragma once

#include "base/service_manager.h"
#include "net/asio.h"

namespace mega {

class Watchdog {
 public:
  // Both must outlive it. All of it belongs to the thread of `io`.
  Watchdog(asio::io_context& io, const ServiceManager& manager) : manager_(manager), timer_(io) {}

  void start();
  // So that nothing waits any more.
  void stop();

 private:
  asio::awaitable<void> feed();

  const ServiceManager& manager_;
  asio::steady_timer timer_;
  bool stopped_ = false;
};

}  // namespace mega
