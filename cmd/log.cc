// mega log [--level LEVEL] NAME MESSAGE...
// mega log [--level LEVEL] NAME -
//
// For scripts: writes a line to the client's log (the setting log_file_name; without it standard
// error), or one for each line of standard input.
#include "base/log.h"

#include "base/file.h"
#include "base/log_line.h"
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/setting_flags.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

namespace mega {
namespace {

struct LogFlags {
  FlaggedSettings settings;
  std::string level = "info";
  std::string name;
  std::vector<std::string> words;
};

// Splits standard input into lines and logs each as it arrives. Keeps at most as much of a long
// line as the log shows.
class InputLines {
 public:
  InputLines(std::string name, LogLevel level) : name_(std::move(name)), level_(level) {}

  Result<void> feed(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto end = bytes.find('\n');
      const std::string_view part = bytes.substr(0, end);
      started_ = true;
      if (line_.size() <= log_message_bytes_max) line_ += part;
      if (end == std::string_view::npos) return {};
      if (const auto done = finish(); !done) return done;
      bytes.remove_prefix(end + 1);
    }
    return {};
  }

  // Logs the text after the last newline.
  Result<void> finish() {
    if (!started_) return {};
    if (line_.ends_with('\r')) line_.pop_back();
    const auto done = write_log(name_, level_, line_);
    line_.clear();
    started_ = false;
    return done;
  }

 private:
  std::string name_;
  LogLevel level_;
  std::string line_;
  bool started_ = false;
};

Result<void> log_standard_input(const std::string& name, LogLevel level) {
  InputLines lines(name, level);
  std::array<char, 64 << 10> chunk;
  for (;;) {
    const auto got = ::read(STDIN_FILENO, chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_error("read", "standard input", errno));
    if (got == 0) return lines.finish();
    const auto done = lines.feed({chunk.data(), static_cast<std::size_t>(got)});
    if (!done) return fail(done.error());
  }
}

Result<void> log_message(const LogFlags& flags) {
  const auto level = parse_log_level(flags.level);
  if (!level) return fail(level.error());
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  if (const auto opened = open_log(*settings); !opened) return fail(opened.error());
  if (flags.words == std::vector<std::string>{"-"}) return log_standard_input(flags.name, *level);
  return write_log(flags.name, *level, join_text(flags.words, " "));
}

const Registered<Command> command{{
    .name = "log",
    .summary = "Write a line to the client's log",
    .example = "mega log backup \"full backup of 10.0.0.7:3306 done\"\n"
               "mega log --level warn backup disk is nearly full\n"
               "nightly.sh 2>&1 | mega log nightly -",
    .setup = [](ArgumentParser& parser) -> Run {
      auto flags = std::make_shared<LogFlags>();
      parser.add_option("NAME", flags->name, "Who says it").required();
      parser.add_option("MESSAGE", flags->words, "What; - logs each line of standard input")
          .required();
      parser.add_option("--level", flags->level, "debug, info, warn or error")
          .type_name("LEVEL")
          .show_default();
      for (const auto* setting : {"log_file_name", "log_level", "log_format"}) {
        flags->settings.declare_named(parser, setting);
      }
      return [flags] { return log_message(*flags); };
    },
    .detail = "The log is the file that the setting log_file_name names, else standard error. What "
              "is less severe than the setting log_level is not written.",
}};

}  // namespace
}  // namespace mega
