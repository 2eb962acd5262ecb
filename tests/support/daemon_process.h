// The real binary as the daemon of a simulated host.
#pragma once

#include "tests/support/child.h"
#include "tests/support/server_process.h"
#include "value/value.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// A simulated host: the folders of its identity and its daemon's data.
class TestHost {
 public:
  // `within`: words before each command line, to run it in another network (Cable::far_end()).
  explicit TestHost(std::string folder, std::vector<std::string> within = {})
      : folder_(std::move(folder)), within_(std::move(within)) {}

  // The command line of `mega WORDS...` on this host.
  std::vector<std::string> command_line(const std::vector<std::string>& words) const;

  std::string data() const { return folder_ + "/agent"; }
  std::string tls() const { return folder_ + "/tls"; }
  std::map<std::string, std::string> environment() const;

  // Runs `mega WORDS...` on this host.
  Finished mega(const std::vector<std::string>& words) const;
  // Joins the site of the server. A failure fails the test.
  void join(const ServerProcess& server, const std::string& name) const;

  // The answer of `mega daemon status`; none when no daemon runs.
  Value status() const;
  // A text of status(); empty when missing.
  std::string told(std::string_view key) const;
  // Waits until the daemon is connected to that port of 127.0.0.1.
  bool connects_to(std::uint16_t port) const;

 private:
  std::string folder_;
  std::vector<std::string> within_;
};

class DaemonProcess {
 public:
  // Starts `mega daemon --foreground --listen 127.0.0.1:0 MORE...` and waits for its ready line. A
  // failed start fails the test.
  explicit DaemonProcess(const TestHost& host, const std::vector<std::string>& more = {},
                         std::map<std::string, std::string> environment = {});

  Child& child() { return child_; }
  std::uint16_t port() const { return port_; }

  // Waits until the daemon's log contains `words`.
  bool says(std::string_view words) const;

  // Sends SIGTERM and returns the exit code.
  int stop();

 private:
  Child child_;
  std::uint16_t port_ = 0;
};

}  // namespace mega
