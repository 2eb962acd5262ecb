// What systemd, or whoever else started this process, is told: READY=1, STATUS=..., WATCHDOG=1,
// STOPPING=1, as sd_notify(3) describes it. Where NOTIFY_SOCKET names no socket nobody is told.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

class ServiceManager {
 public:
  // NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, which are taken out of the environment: what the
  // process starts has no part in them. Before the first thread.
  static ServiceManager from_environment();

  // `socket`: a path, or a name with @ in front for an abstract one.
  explicit ServiceManager(std::string socket,
                          std::optional<std::chrono::microseconds> watchdog = std::nullopt)
      : socket_(std::move(socket)), watchdog_(watchdog) {}

  // One datagram; `state` may have several lines. Never waits.
  void tell(std::string_view state) const;

  // How long it waits for a WATCHDOG=1 before it takes the process for stuck.
  std::optional<std::chrono::microseconds> watchdog() const { return watchdog_; }

 private:
  std::string socket_;
  std::optional<std::chrono::microseconds> watchdog_;
};

}  // namespace mega
