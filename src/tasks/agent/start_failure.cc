#include "tasks/agent/start_failure.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "base/descriptor.h"
#include "base/file.h"
#include "base/text.h"
#include "tasks/agent/supervise.h"

namespace mega {
namespace {

constexpr std::size_t first_line_bytes_max = 256;  // BINPRM_BUF_SIZE: the kernel reads no more

std::string first_line(const std::string& program) {
  const Descriptor file(::open(program.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  std::array<char, first_line_bytes_max> bytes;
  const ssize_t got = file ? ::read(*file, bytes.data(), bytes.size()) : -1;
  if (got <= 0) return {};
  const std::string text(bytes.data(), static_cast<std::size_t>(got));
  return text.substr(0, text.find('\n'));
}

// The program that the line "#! PROGRAM [ARGUMENT]" names. A carriage return is a part of it.
std::string_view interpreter_in(std::string_view line) {
  constexpr std::string_view mark = "#!";
  if (!line.starts_with(mark)) return {};
  line.remove_prefix(mark.size());
  constexpr std::string_view blanks = " \t";
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  return line.substr(0, line.find_first_of(blanks));
}

std::string hint(const std::string& program, int error) {
  constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
  const std::string line = first_line(program);
  if (error == ENOEXEC) {
    return line.starts_with(byte_order_mark) ? "; it begins with a byte order mark, want #!"
                                             : "; has it a first line with #!?";
  }
  if (error == EAGAIN) return "; its user has as many processes as run.processes allows";
  const std::string_view interpreter = interpreter_in(line);
  if ((error != ENOENT && error != EACCES) || interpreter.empty()) return {};
  return fmt::format(": its first line names the interpreter {}{}", quoted(interpreter),
                     interpreter.ends_with('\r') ? "; lines end in CR LF here, want LF" : "");
}

}  // namespace

std::string describe_start_failure(const std::string& program, std::int32_t step, int error) {
  const std::string_view name = start_step_name(step);
  return fmt::format("the script could not {}: {}{}", name, describe_errno(error),
                     name == "start" ? hint(program, error) : "");
}

}  // namespace mega
