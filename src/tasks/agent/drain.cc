#include "tasks/agent/drain.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include "tasks/agent/after_fork.h"

namespace mega {
namespace {

constexpr unsigned pipes_max = 2;

// Moves the pipes to 0 and 1 and closes all other descriptors. A missing pipe becomes -1.
void keep_only(std::array<pollfd, pipes_max>& pipes) {
  for (pollfd& pipe : pipes) {
    if (pipe.fd >= 0) pipe.fd = ::fcntl(pipe.fd, F_DUPFD, pipes_max);
  }
  for (unsigned i = 0; i < pipes_max; ++i) {
    const int place = static_cast<int>(i);
    if (pipes[i].fd < 0) {
      ::close(place);
    } else {
      pipes[i].fd = ::dup2(pipes[i].fd, place);
    }
  }
  close_from(pipes_max);
}

// Reads one chunk. False: the pipe has ended.
bool drop_some(int pipe) {
  char chunk[16 << 10];
  const ssize_t got = ::read(pipe, chunk, sizeof chunk);
  return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

[[noreturn]] void drain(std::array<pollfd, pipes_max> pipes) {
  const auto is_open = [](const pollfd& pipe) { return pipe.fd >= 0; };
  while (std::ranges::any_of(pipes, is_open)) {
    if (::poll(pipes.data(), pipes.size(), -1) < 0) continue;
    for (pollfd& pipe : pipes) {
      if (pipe.fd >= 0 && pipe.revents != 0 && !drop_some(pipe.fd)) pipe.fd = -1;
    }
  }
  ::_exit(0);
}

// Runs in the child of the daemon. Its own child, whose parent ends at once, becomes init's.
[[noreturn]] void start_drain(std::array<pollfd, pipes_max> pipes) {
  forget_handlers();
  keep_only(pipes);
  ::setsid();
  const pid_t forked = ::fork();
  if (forked != 0) ::_exit(forked < 0 ? 1 : 0);
  ::prctl(PR_SET_NAME, "mega-output");
  if (::chdir("/") != 0) ::_exit(1);
  sigset_t no_signals;
  ::sigemptyset(&no_signals);
  ::sigprocmask(SIG_SETMASK, &no_signals, nullptr);
  drain(pipes);
}

}  // namespace

void drain_in_background(std::array<Descriptor, pipes_max> pipes) {
  std::array<pollfd, pipes_max> numbers{};
  for (unsigned i = 0; i < pipes_max; ++i) numbers[i] = {*pipes[i], POLLIN, 0};
  const pid_t child = fork_without_signals();
  if (child == 0) start_drain(numbers);
  while (child > 0 && ::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace mega
