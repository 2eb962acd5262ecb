// The real binary as a server with its own folder and port.
#pragma once

#include "tests/support/child.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace mega {

// The binary under test: MEGA_BINARY in the environment, else build/mega beside the test.
std::string mega_binary();

// Whether ASan or TSan is built into the program: it is many times slower then, and larger.
bool is_sanitized(const std::string& program);

class ServerProcess {
 public:
  // Starts `mega server --data FOLDER --listen LISTEN MORE...` and waits for its ready line. A
  // failed start fails the test.
  explicit ServerProcess(const std::string& folder, const std::vector<std::string>& more = {},
                         const std::string& listen = "127.0.0.1:0",
                         std::map<std::string, std::string> environment = {});

  const std::string& socket() const { return socket_; }
  std::uint16_t port() const { return port_; }
  // The listen address, to start another server in its place.
  const std::string& address() const { return address_; }
  const std::string& folder() const { return folder_; }
  Child& child() { return child_; }

  // Sends SIGTERM and returns the exit code.
  int stop();

  // Runs `mega WORDS...` with this server's folder in MEGA_DATA, so that mega calls this server.
  Finished mega(std::vector<std::string> words) const;

 private:
  std::string folder_;
  Child child_;
  std::string socket_;
  std::string address_;
  std::uint16_t port_ = 0;
};

}  // namespace mega
