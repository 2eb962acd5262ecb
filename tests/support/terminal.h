// A program on a terminal of its own: its output, and input typed by the test.
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
  // `environment` is added to the test's own.
  Terminal(std::vector<std::string> words, const std::map<std::string, std::string>& environment);
  ~Terminal();
  Terminal(const Terminal&) = delete;

  // Waits until `text` is shown after the text of the previous call. False after 20 seconds, or
  // when the program ends without it.
  bool shows(std::string_view text);
  // The whole output so far.
  const std::string& shown() const { return shown_; }

  // Types keys: "\x03" is Ctrl-C.
  void type(std::string_view keys) const;

  // The program's exit code; -1 when it does not end within 20 seconds.
  int wait();

 private:
  // False when the program has ended or shown nothing for that time.
  bool read_more(int timeout_ms);

  pid_t pid_ = -1;
  Descriptor terminal_;
  std::string shown_;
  std::size_t seen_ = 0;  // of it
};

}  // namespace mega
