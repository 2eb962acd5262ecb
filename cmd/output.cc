#include "cmd/output.h"

#include "base/text.h"
#include "base/utf8.h"

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

void write_error_line(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fputc('\n', stderr);
}

std::string shown_on_stderr(std::string_view text) {
  return is_terminal(stderr) ? escape_for_terminal(text) : std::string(text);
}

// The number of bytes at the end of the text that begin a character and do not complete it.
std::size_t incomplete_bytes(std::string_view text) {
  for (std::size_t bytes = 1; bytes <= std::min<std::size_t>(3, text.size()); ++bytes) {
    const auto byte = static_cast<unsigned char>(text[text.size() - bytes]);
    if (byte >= 0x80 && byte < 0xc0) continue;  // not the first byte of its character
    const std::size_t due = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return due > bytes ? bytes : 0;
  }
  return 0;
}

}  // namespace

std::string TextStyle::dressed(std::string_view code, std::string_view text) const {
  return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

bool is_terminal(std::FILE* stream) { return ::isatty(::fileno(stream)) == 1; }

TextStyle style_of(std::FILE* stream) {
  TextStyle style;
  style.terminal = is_terminal(stream);
  if (!style.terminal) return style;
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

std::string escape_for_terminal(std::string_view text) {
  std::string shown;
  for (;;) {
    const std::size_t end = std::min(text.find_first_of("\n\t"), text.size());
    shown += one_line(text.substr(0, end));
    if (end == text.size()) return shown;
    shown += text[end];
    text.remove_prefix(end + 1);
  }
}

Result<void> write_output(std::string_view text) {
  return write_styled(is_terminal(stdout) ? escape_for_terminal(text) : std::string(text));
}

Result<void> write_styled(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size()) return {};
  return output_failed(errno);
}

Result<void> flush_output() {
  if (std::fflush(stdout) == 0) return {};
  return output_failed(errno);
}

void print_note(std::string_view text) { write_error_line(shown_on_stderr(text)); }

void print_styled_note(std::string_view text) { write_error_line(text); }

void print_error(const Error& error) {
  std::fflush(stdout);
  write_error_line(
      fmt::format("{} {}", style_of(stderr).red("mega:"), shown_on_stderr(error.message)));
}

void print_warning(std::string_view sentence) {
  write_error_line(
      fmt::format("{} {}", style_of(stderr).yellow("mega:"), shown_on_stderr(sentence)));
}

void PieceWriter::write(std::string_view piece) {
  if (!escapes_) {
    std::fwrite(piece.data(), 1, piece.size(), stream_);
    return;
  }
  waiting_ += piece;
  const std::size_t complete = waiting_.size() - incomplete_bytes(waiting_);
  const std::string shown = escape_for_terminal(std::string_view(waiting_).substr(0, complete));
  std::fwrite(shown.data(), 1, shown.size(), stream_);
  waiting_.erase(0, complete);
}

}  // namespace mega
