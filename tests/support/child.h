// A program as a child process of the test, with access to its output, signals and exit code. The
// destructor kills it.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mega {

class Child {
 public:
  // `words` is the command line; `environment` is added to the test's own. Standard output is read
  // through a pipe. Standard error goes to a file, so that the child never blocks on it. `end`, if
  // given, is one end of a socket pair that becomes standard input and output in place of /dev/null
  // and the pipe; the caller still has to close it.
  explicit Child(const std::vector<std::string>& words,
                 const std::map<std::string, std::string>& environment = {}, int end = -1);
  ~Child();
  Child(Child&& other) noexcept;
  Child(const Child&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number);

  // One line of standard output without its newline; empty at its end, or after 20 seconds.
  std::string read_line();

  // The exit code, or 128 plus the signal that ended the child. Waits up to a minute, then kills
  // the child and returns nullopt.
  std::optional<int> wait();
  // All of standard output after the lines read. Requires: wait() has returned.
  const std::string& output() const { return output_; }
  // The standard error so far.
  std::string errors() const;

 private:
  // Reads from the pipe; false when it is closed.
  bool pump(int timeout_ms);

  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::string output_;
};

// The result of a command that ends by itself.
struct Finished {
  int code = -1;
  std::string output;
  std::string errors;
};
Finished run_child(const std::vector<std::string>& words,
                   const std::map<std::string, std::string>& environment = {});

}  // namespace mega
