#include "cmd/detach.h"

#include "base/descriptor.h"
#include "base/file.h"
#include "cmd/output.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace mega {
namespace {

constexpr char ready_mark = 'R';
constexpr char failed_mark = 'F';  // then a letter for the Errc, then the sentence

void send_to_null(int descriptor, int flags) {
  const Descriptor null(::open("/dev/null", flags | O_CLOEXEC));
  if (null) ::dup2(*null, descriptor);
}

std::string read_all(int pipe) {
  std::string all;
  std::array<char, 4096> chunk{};
  for (;;) {
    const ssize_t n = ::read(pipe, chunk.data(), chunk.size());
    if (n > 0) all.append(chunk.data(), static_cast<std::size_t>(n));
    if (n == 0 || (n < 0 && errno != EINTR)) return all;
  }
}

// In the command: reads how the daemon's start ended.
Result<std::optional<Detached>> heard(const std::string& words) {
  if (words.starts_with(ready_mark)) {
    if (auto written = write_output(words.substr(1) + "\n"); !written) {
      return fail(written.error());
    }
    return std::nullopt;
  }
  if (words.size() < 2 || words[0] != failed_mark) {
    return fail(Errc::failed, "the daemon ended before it served; its log says why");
  }
  return fail(Error{static_cast<Errc>(words[1] - 'a'), words.substr(2)});
}

}  // namespace

Result<std::optional<Detached>> detach() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fail(Errc::failed, "cannot open a pipe: {}", describe_errno(errno));
  }
  const Descriptor from(ends[0]);
  Descriptor to(ends[1]);
  std::fflush(stdout);  // else both processes would write its buffer
  const pid_t child = ::fork();
  if (child < 0) return fail(Errc::failed, "cannot fork: {}", describe_errno(errno));
  if (child > 0) {
    to.close();
    // The intermediate child exits at once.
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
    }
    return heard(read_all(*from));
  }
  ::setsid();
  // A process that leads no session cannot acquire a terminal.
  const pid_t daemon = ::fork();
  if (daemon != 0) ::_exit(daemon < 0 ? 1 : 0);
  ::umask(022);
  send_to_null(STDIN_FILENO, O_RDONLY);
  return std::optional(Detached(to.release()));
}

void Detached::tell_ready(const std::string& line) {
  const int left = ::chdir("/");  // frees the start folder for removal
  static_cast<void>(left);
  send_to_null(STDOUT_FILENO, O_WRONLY);
  send_to_null(STDERR_FILENO, O_WRONLY);
  tell(ready_mark + line);
}

void Detached::tell_failed(const Error& error) {
  tell(fmt::format("{}{}{}", failed_mark, static_cast<char>('a' + static_cast<int>(error.code)),
                   error.message));
}

void Detached::tell(const std::string& words) {
  if (pipe_ < 0) return;
  const ssize_t written = ::write(pipe_, words.data(), words.size());
  static_cast<void>(written);  // the command may have ended
  ::close(std::exchange(pipe_, -1));
}

}  // namespace mega
