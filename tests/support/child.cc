#include "tests/support/child.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <thread>

extern char** environ;

namespace mega {
namespace {

using Steady = std::chrono::steady_clock;

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& more) {
  std::vector<std::string> all;
  for (char** each = environ; *each; ++each) {
    const std::string entry = *each;
    if (!more.contains(entry.substr(0, entry.find('=')))) all.push_back(entry);
  }
  for (const auto& [name, value] : more) all.push_back(name + "=" + value);
  return all;
}

}  // namespace

Child::Child(const std::vector<std::string>& words,
             const std::map<std::string, std::string>& environment, int end) {
  int out[2];
  err_ = ::memfd_create("stderr", MFD_CLOEXEC);
  if (err_ < 0 || ::pipe2(out, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (end >= 0) {
    ::posix_spawn_file_actions_adddup2(&actions, end, 0);
  } else {
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  }
  ::posix_spawn_file_actions_adddup2(&actions, end >= 0 ? end : out[1], 1);
  ::posix_spawn_file_actions_adddup2(&actions, err_, 2);
  std::vector<std::string> arguments = words;
  std::vector<std::string> variables = environment_with(environment);
  const int error = ::posix_spawnp(&pid_, arguments.at(0).c_str(), &actions, nullptr,
                                   pointers(arguments).data(), pointers(variables).data());
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(out[1]);
  out_ = out[0];
  if (error != 0) pid_ = -1;
  EXPECT_EQ(error, 0) << "cannot start " << words[0];
}

Child::~Child() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  if (out_ >= 0) ::close(out_);
  if (err_ >= 0) ::close(err_);
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      out_(std::exchange(other.out_, -1)),
      err_(std::exchange(other.err_, -1)),
      output_(std::move(other.output_)) {}

void Child::signal(int number) {
  if (pid_ > 0) ::kill(pid_, number);
}

bool Child::pump(int timeout_ms) {
  if (out_ < 0) return false;
  pollfd end{out_, POLLIN, 0};
  if (::poll(&end, 1, timeout_ms) <= 0) return true;
  char chunk[16384];
  const ssize_t n = ::read(out_, chunk, sizeof chunk);
  if (n > 0) {
    output_.append(chunk, static_cast<std::size_t>(n));
  } else {
    ::close(std::exchange(out_, -1));
  }
  return true;
}

std::string Child::errors() const {
  std::string text;
  char chunk[16384];
  ssize_t n = 0;
  while ((n = ::pread(err_, chunk, sizeof chunk, static_cast<off_t>(text.size()))) > 0) {
    text.append(chunk, static_cast<std::size_t>(n));
  }
  return text;
}

std::string Child::read_line() {
  const auto end = Steady::now() + std::chrono::seconds(20);
  std::size_t newline = 0;
  while ((newline = output_.find('\n')) == std::string::npos) {
    if (out_ < 0 || Steady::now() > end) return {};
    pump(100);
  }
  std::string line = output_.substr(0, newline);
  output_.erase(0, newline + 1);
  return line;
}

std::optional<int> Child::wait() {
  const auto end = Steady::now() + std::chrono::minutes(1);
  int status = 0;
  for (;;) {
    const bool open = pump(20);
    const pid_t ended = ::waitpid(pid_, &status, open ? WNOHANG : 0);
    if (ended == pid_) break;
    if (Steady::now() > end) {
      ADD_FAILURE() << "the child does not end; it said: " << errors();
      ::kill(pid_, SIGKILL);
      ::waitpid(std::exchange(pid_, -1), nullptr, 0);
      return std::nullopt;
    }
  }
  pid_ = -1;
  // Read the last output. Does not wait: a grandchild may hold the pipe open.
  for (pollfd last{out_, POLLIN, 0}; out_ >= 0 && ::poll(&last, 1, 0) > 0;) pump(0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Finished run_child(const std::vector<std::string>& words,
                   const std::map<std::string, std::string>& environment) {
  Child child(words, environment);
  const int code = child.wait().value_or(-1);
  return {code, child.output(), child.errors()};
}

}  // namespace mega
