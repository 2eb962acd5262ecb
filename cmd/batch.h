// A batch: one call a line.
//
//   # a comment, and a blank line
//   add_server ip=10.0.0.1 server_os=Debian
//   get_all_instance model='backup',stat=1   # ARGS in either form
//
// It goes on after a line that failed, unless told to stop.
#pragma once

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace mega {

struct BatchLine {
  std::string function;
  std::string arguments;  // as typed; empty: none
};

// nullopt: nothing to call on this line.
// Errors: invalid_argument for a line that does not begin with a function's name.
Result<std::optional<BatchLine>> parse_batch_line(std::string_view line);

// Lines of a file, or of standard input ("-") as they come. Not copied into memory as a whole.
class LineReader {
 public:
  // Errors: not_found, failed.
  static Result<LineReader> open(const std::string& path);
  LineReader(LineReader&& other) noexcept;
  LineReader& operator=(LineReader&&) = delete;
  ~LineReader();

  // Without the line's end; nullopt after the last. Errors: failed.
  Result<std::optional<std::string>> next();

  // "fleet.txt:12", the line that next() gave last; "standard input:12".
  std::string place() const;

 private:
  LineReader(std::FILE* file, std::string name) : file_(file), name_(std::move(name)) {}

  std::FILE* file_;  // owned unless it is stdin
  std::string name_;
  std::size_t line_ = 0;
};

// All of a file, or of standard input ("-"). Errors: as read_file (base/file.h).
Result<std::string> read_input(const std::string& path);

}  // namespace mega
