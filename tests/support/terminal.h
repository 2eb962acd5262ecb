// A program on a terminal of its own: what it shows there, and what somebody types.
#pragma once

#include "base/descriptor.h"

#include <sys/types.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

class Terminal {
 public:
  // Variables are added to the test's own environment.
  Terminal(std::vector<std::string> words, const std::map<std::string, std::string>& environment);
  ~Terminal();
  Terminal(const Terminal&) = delete;

  // Waits until that is shown, behind what was waited for before. False after twenty seconds, or
  // when the program has ended without it.
  bool shows(std::string_view text);
  // All that was shown.
  const std::string& shown() const { return shown_; }

  // As keys: "\x03" is Ctrl-C.
  void type(std::string_view keys) const;

  // Its exit code; -1 when it does not end within twenty seconds.
  int wait();

 private:
  // False when it has ended or shown nothing for that long.
  bool read_more(int timeout_ms);

  pid_t pid_ = -1;
  Descriptor terminal_;
  std::string shown_;
  std::size_t seen_ = 0;  // of it
};

}  // namespace mega
