// Notifies systemd, or another service manager that started this process: READY=1, STATUS=...,
// WATCHDOG=1, STOPPING=1, as sd_notify(3) describes. Does nothing unless NOTIFY_SOCKET names a
// socket.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

class ServiceManager {
 public:
  // Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID and removes them from the environment, so
  // that child processes do not inherit them. Call before the first thread starts.
  static ServiceManager from_environment();

  // `socket`: a path, or a name with @ in front for an abstract one.
  explicit ServiceManager(std::string socket,
                          std::optional<std::chrono::microseconds> watchdog = std::nullopt)
      : socket_(std::move(socket)), watchdog_(watchdog) {}

  // Sends one datagram; `state` may have several lines. Never blocks; errors are ignored.
  void tell(std::string_view state) const;

  // After this time without a WATCHDOG=1 the service manager takes the process for stuck. nullopt:
  // no watchdog.
  std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

 private:
  std::string socket_;
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace mega
