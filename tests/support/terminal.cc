#include "tests/support/terminal.h"

#include "tests/support/in_process_service.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

namespace mega {
namespace {

constexpr int patience_ms = 20'000;

}  // namespace

Terminal::Terminal(std::vector<std::string> words,
                   const std::map<std::string, std::string>& environment) {
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  winsize size{};
  size.ws_row = 25;
  size.ws_col = 80;
  int terminal = -1;
  pid_ = ::forkpty(&terminal, nullptr, nullptr, &size);
  if (pid_ == 0) {
    for (const auto& [name, value] : environment) ::setenv(name.c_str(), value.c_str(), 1);
    ::execv(arguments[0], arguments.data());
    ::_exit(127);
  }
  terminal_ = Descriptor(terminal);
  EXPECT_GT(pid_, 0) << "no terminal";
}

Terminal::~Terminal() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

bool Terminal::read_more(int timeout_ms) {
  pollfd readable{*terminal_, POLLIN, 0};
  if (::poll(&readable, 1, timeout_ms) <= 0) return false;
  char bytes[4096];
  const ssize_t got = ::read(*terminal_, bytes, sizeof bytes);
  if (got <= 0) return false;
  shown_.append(bytes, static_cast<std::size_t>(got));
  return true;
}

bool Terminal::shows(std::string_view text) {
  for (;;) {
    const std::size_t found = shown_.find(text, seen_);
    if (found != std::string::npos) {
      seen_ = found + text.size();
      return true;
    }
    if (!read_more(patience_ms)) return false;
  }
}

void Terminal::type(std::string_view keys) const {
  EXPECT_EQ(::write(*terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
}

int Terminal::wait() {
  while (read_more(patience_ms)) {
  }
  // The program closes its end of the terminal just before it exits.
  int status = 0;
  if (!eventually([&] { return ::waitpid(pid_, &status, WNOHANG) == pid_; })) return -1;
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace mega
