// One line per event, in the seed's format:
//
//   2014-07-31 14:13:07 serve        INFO  peer=10.0.0.7:51532 frames=3 left
//
// date and time in the local zone, name padded to 12, level padded to 5, message. Control bytes in
// a message are escaped, so that one event is one line (base/log_line.h). A file declares its
// logger at the top: `constexpr Logger logger{"serve"};`.
//
//   error  needs action by an operator
//   warn   something was refused or retried
//   info   once per change, of data or of state
//   debug  reads and everything else
//
// An error is logged once, where it is handled. All functions are thread-safe, and none throws
// because a line could not be written.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace mega {

class Settings;

enum class LogLevel { debug, info, warn, error };

std::string_view name_of(LogLevel level);  // "debug", ...

// Errors: invalid_argument with a did-you-mean.
Result<LogLevel> parse_log_level(std::string_view text);

struct LogTarget {
  std::string file = {};                  // empty: standard error
  LogLevel level = LogLevel::info;        // lower levels are not written
  bool json = false;                      // one JSON object per line instead of the seed's format
  std::size_t file_bytes_max = 64 << 20;  // rotated before it would grow beyond; 0: never
  int files_max = 5;                      // rotated files kept beside the current one
};

// Sets the target of all loggers; before the first call they write to standard error at level info.
// Errors: as system_error() in base/file.h, when the file cannot be opened; the former target
// stays.
Result<void> open_log(const LogTarget& target);

// The target by the settings log_file_name, log_level, log_format, log_file_bytes_max and
// log_files_max.
LogTarget log_target(const Settings& settings);
Result<void> open_log(const Settings& settings);

// Opens the same file again under its name; called on SIGHUP. (write_log() also notices by itself
// when the file was moved away.) Errors: as open_log().
Result<void> reopen_log();

// Writes one line; does nothing below the level of the target. Errors: as open_log(). The first
// lost line is also reported on standard error, and the number of lost lines in the log once it can
// be written again.
Result<void> write_log(std::string_view name, LogLevel level, std::string_view message);

class Logger {
 public:
  constexpr explicit Logger(std::string_view name) : name_(name) {}

  template <class... A>
  void debug(fmt::format_string<A...> format, A&&... args) const {
    if (enabled(LogLevel::debug)) write(LogLevel::debug, format, fmt::make_format_args(args...));
  }
  template <class... A>
  void info(fmt::format_string<A...> format, A&&... args) const {
    if (enabled(LogLevel::info)) write(LogLevel::info, format, fmt::make_format_args(args...));
  }
  template <class... A>
  void warn(fmt::format_string<A...> format, A&&... args) const {
    if (enabled(LogLevel::warn)) write(LogLevel::warn, format, fmt::make_format_args(args...));
  }
  template <class... A>
  void error(fmt::format_string<A...> format, A&&... args) const {
    if (enabled(LogLevel::error)) write(LogLevel::error, format, fmt::make_format_args(args...));
  }

  // Writes the message without formatting; for text from other sources.
  void write(LogLevel level, std::string_view message) const;
  static bool enabled(LogLevel level);

 private:
  void write(LogLevel level, fmt::string_view format, fmt::format_args args) const;

  std::string_view name_;
};

}  // namespace mega
