// A program as a child of the test: its output, its signals, its end. Killed when the test leaves
// it behind.
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
  // `words` is the command line; variables are added to the test's own environment. Standard
  // output comes back through a pipe. Standard error goes to a file, so that a child which says
  // much is never held up by a test that does not read it. `end`, when given, is one end of a
  // socket pair that becomes standard input and output in place of /dev/null and the pipe; it stays
  // the caller's to close.
  explicit Child(const std::vector<std::string>& words,
                 const std::map<std::string, std::string>& environment = {}, int end = -1);
  ~Child();
  Child(Child&& other) noexcept;
  Child(const Child&) = delete;

  pid_t pid() const { return pid_; }
  void signal(int number);

  // One line of standard output without its newline; empty when the child has closed it, or after
  // twenty seconds.
  std::string read_line();

  // The exit code, or 128 and the signal that ended it. Waits up to a minute, then kills the child
  // and gives nullopt.
  std::optional<int> wait();
  // All of standard output behind the lines read. After wait().
  const std::string& output() const { return output_; }
  // What it has written to standard error so far.
  std::string errors() const;

 private:
  // Takes what the pipe holds; false when it is closed.
  bool pump(int timeout_ms);

  pid_t pid_ = -1;
  int out_ = -1;
  int err_ = -1;
  std::string output_;
};

// What a command that ends by itself does.
struct Finished {
  int code = -1;
  std::string output;
  std::string errors;
};
Finished run_child(const std::vector<std::string>& words,
                   const std::map<std::string, std::string>& environment = {});

}  // namespace mega
