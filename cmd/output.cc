#include "cmd/output.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace mega {
namespace {

// From now on standard output, including the buffer of stdio, goes to /dev/null.
bool discard_output() {
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return false;
  const bool replaced = ::dup2(nowhere, ::fileno(stdout)) >= 0;
  ::close(nowhere);
  std::clearerr(stdout);
  return replaced;
}

Result<void> output_failed(int error) {
  if (error == EPIPE && discard_output()) return {};
  return fail(Errc::failed, "cannot write standard output: {}", std::strerror(error));
}

}  // namespace

std::string TextStyle::dressed(std::string_view code, std::string_view text) const {
  return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

TextStyle style_of(std::FILE* stream) {
  TextStyle style;
  if (!is_terminal(stream)) return style;
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  style.colour = !(no_color && *no_color) && !(term && std::string_view(term) == "dumb");
  winsize size{};
  if (::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    style.columns = std::clamp<int>(size.ws_col, 40, 100);
  }
  return style;
}

void hold_standard_descriptors() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) != -1) continue;
    // open() returns the lowest free number, `fd`. Opened for the opposite direction, so that reads
    // and writes still fail.
    [[maybe_unused]] const int held = ::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
  }
}

Result<void> write_output(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return {};
  return output_failed(errno);
}

Result<void> flush_output() {
  if (std::fflush(stdout) == 0) return {};
  return output_failed(errno);
}

void print_note(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fputc('\n', stderr);
}

void print_error(const Error& error) {
  std::fflush(stdout);
  print_note(fmt::format("{} {}", style_of(stderr).red("mega:"), error.message));
}

void print_warning(std::string_view sentence) {
  print_note(fmt::format("{} {}", style_of(stderr).yellow("mega:"), sentence));
}

}  // namespace mega
