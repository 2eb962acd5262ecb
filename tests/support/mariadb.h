// MariaDb: a real mariadbd on an empty data folder and a free port of 127.0.0.1. Starts in 0.2
// seconds, because it has no grants and no InnoDB.
#pragma once

#include "tests/support/child.h"
#include "tests/support/scratch.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mega {

// A TCP port of 127.0.0.1 that was free at the time of the call.
std::uint16_t free_port();

class MariaDb {
 public:
  // Waits until mariadbd serves; a failed start fails the test. `more`: further options.
  explicit MariaDb(const std::vector<std::string>& more = {});
  ~MariaDb();

  std::uint16_t port() const { return port_; }
  std::string socket() const { return scratch_ / "s"; }
  std::string data_folder() const { return scratch_ / "data"; }
  pid_t pid() const { return child_.pid(); }
  // The log so far.
  std::string log() const { return child_.errors(); }

 private:
  Scratch scratch_;
  std::uint16_t port_;
  Child child_;
};

}  // namespace mega
