#include "base/log.h"

#include "base/clock.h"
#include "base/log_file.h"
#include "base/log_line.h"
#include "base/settings.h"
#include "base/text.h"

#include <unistd.h>

#include <fmt/core.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <optional>

namespace mega {
namespace {

const Setting<std::string> log_file_name{"log_file_name",
                                         "",
                                         "FILE",
                                         "The log; empty: standard error",
                                         {.flag_of = {"server", "daemon"}}};
const Setting<std::string> log_level{
    "log_level",
    "info",
    "LEVEL",
    "What to log: this and what is more severe",
    {.choices = {"debug", "info", "warn", "error"}, .flag_of = {"server", "daemon"}}};
const Setting<std::string> log_format{
    "log_format",
    "text",
    "FORMAT",
    "How log lines look",
    {.choices = {"text", "json"}, .flag_of = {"server", "daemon"}}};
const Setting<ByteCount> log_file_bytes_max{
    "log_file_bytes_max",
    {64 << 20},
    "BYTES",
    "The log is rotated when it would grow beyond; 0: never",
    {.flag_of = {"server"}}};
const Setting<std::int64_t> log_files_max{"log_files_max",
                                          5,
                                          "N",
                                          "Rotated logs that are kept",
                                          {.min = 0, .max = 1000, .flag_of = {"server"}}};

constexpr std::array<LogLevel, 4> levels{LogLevel::debug, LogLevel::info, LogLevel::warn,
                                         LogLevel::error};

// Outside Output, so that a disabled log call costs one atomic load and no lock.
constinit std::atomic<LogLevel> lowest_level = LogLevel::info;

Result<void> write_standard_error(std::string_view line) {
  while (::write(STDERR_FILENO, line.data(), line.size()) < 0) {
    if (errno != EINTR) return fail(Errc::failed, "cannot write the log to standard error");
  }
  return {};
}

// The current target and the count of lost lines. Thread-safe.
class Output {
 public:
  void set(std::optional<LogFile> file, bool json) {
    const std::lock_guard lock(mutex_);
    file_ = std::move(file);
    json_ = json;
    lost_ = 0;
  }

  Result<void> reopen() {
    const std::lock_guard lock(mutex_);
    return file_ ? file_->reopen() : Result<void>();
  }

  Result<void> write(const LogEvent& event) {
    const std::lock_guard lock(mutex_);
    if (!file_) return write_standard_error(line_of(event));
    if (lost_ > 0) tell_loss(event.time);
    auto done = file_->append(line_of(event));
    if (!done && ++lost_ == 1) {
      (void)write_standard_error(
          fmt::format("mega: {}; its lines are lost until that is mended\n", done.error().message));
    }
    return done;
  }

 private:
  std::string line_of(const LogEvent& event) const {
    return json_ ? json_line(event) : text_line(event);
  }

  void tell_loss(Time now) {
    const std::string message = fmt::format("lines lost before this one: {}", lost_);
    if (file_->append(line_of({now, "log", LogLevel::warn, message}))) lost_ = 0;
  }

  std::mutex mutex_;
  std::optional<LogFile> file_;  // nullopt: standard error
  bool json_ = false;
  std::size_t lost_ = 0;  // lost since the last line that was written
};

// Never destroyed, so that destructors that run at exit may still log.
Output& output() {
  static Output& instance = *new Output;
  return instance;
}

}  // namespace

std::string_view name_of(LogLevel level) {
  constexpr std::array<std::string_view, 4> names{"debug", "info", "warn", "error"};
  return names[static_cast<std::size_t>(level)];
}

Result<LogLevel> parse_log_level(std::string_view text) {
  std::vector<std::string> names;
  for (const LogLevel level : levels) {
    if (text == name_of(level)) return level;
    names.emplace_back(name_of(level));
  }
  return fail(Errc::invalid_argument, "want one of {}, not {}{}", join_text(names, ", "),
              quoted(text), did_you_mean(text, names));
}

Result<void> open_log(const LogTarget& target) {
  std::optional<LogFile> file;
  if (!target.file.empty()) {
    auto opened = LogFile::open(target.file, {target.file_bytes_max, target.files_max});
    if (!opened) return fail(opened.error());
    file = std::move(*opened);
  }
  output().set(std::move(file), target.json);
  lowest_level = target.level;
  return {};
}

LogTarget log_target(const Settings& settings) {
  return {.file = settings[log_file_name],
          .level = *parse_log_level(settings[log_level]),
          .json = settings[log_format] == "json",
          .file_bytes_max = static_cast<std::size_t>(settings[log_file_bytes_max].bytes),
          .files_max = static_cast<int>(settings[log_files_max])};
}

Result<void> open_log(const Settings& settings) { return open_log(log_target(settings)); }

Result<void> reopen_log() { return output().reopen(); }

Result<void> write_log(std::string_view name, LogLevel level, std::string_view message) {
  if (!Logger::enabled(level)) return {};
  return output().write({system_clock().now(), name, level, message});
}

void Logger::write(LogLevel level, std::string_view message) const {
  (void)write_log(name_, level, message);  // the log itself reports lost lines
}

void Logger::write(LogLevel level, fmt::string_view format, fmt::format_args args) const {
  write(level, std::string_view(fmt::vformat(format, args)));
}

bool Logger::enabled(LogLevel level) {
  return level >= lowest_level.load(std::memory_order_relaxed);
}

}  // namespace mega
