// A batch: one call per line.
//
//   # a comment, and a blank line
//   add_server ip=10.0.0.1 server_os=Debian
//   get_all_instance model='backup',stat=1   # ARGS in either form
//
// A line that fails does not end the batch, unless --stop is given.
#pragma once

#include "base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace mega {

struct BatchLine {
  std::string function;
  std::string arguments;  // as typed; may be empty
};

// nullopt: no call on this line.
// Errors: invalid_argument for a line that does not begin with a function's name.
Result<std::optional<BatchLine>> parse_batch_line(std::string_view line);

// Reads lines of a file, or of standard input ("-") as they arrive. Holds one line at a time.
class LineReader {
 public:
  // Errors: not_found, failed.
  static Result<LineReader> open(const std::string& path);
  LineReader(LineReader&& other) noexcept;
  LineReader& operator=(LineReader&&) = delete;
  ~LineReader();

  // The next line, without its newline and without the byte order mark of the file; nullopt at the
  // end. Errors: failed.
  Result<std::optional<std::string>> next();

  // The place of the line that next() returned last: "fleet.txt:12", "standard input:12".
  std::string place() const;

 private:
  LineReader(std::FILE* file, std::string name) : file_(file), name_(std::move(name)) {}

  std::FILE* file_;  // owned unless it is stdin
  std::string name_;
  std::size_t line_ = 0;
};

// Reads a whole file, or standard input ("-"). Errors: as read_file (base/file.h).
Result<std::string> read_input(const std::string& path);

}  // namespace mega
