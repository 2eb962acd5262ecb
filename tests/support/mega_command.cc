#include "tests/support/mega_command.h"

#include "tests/support/scratch.h"
#include "tests/support/server_process.h"

#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace mega {
namespace {

constexpr unsigned seconds_max = 60;

std::string text_of_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void redirect(const std::string& path, int flags, int fd) {
  const int file = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  if (file < 0 || ::dup2(file, fd) < 0) ::_exit(126);
}

// Runs in the child. Does not return.
[[noreturn]] void become(const std::string& program, const CommandRun& run) {
  for (const auto& [name, value] : run.environment) {
    value.empty() ? ::unsetenv(name.c_str()) : ::setenv(name.c_str(), value.c_str(), 1);
  }
  std::vector<char*> arguments{const_cast<char*>(program.c_str())};
  for (const auto& argument : run.arguments) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  ::alarm(seconds_max);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

int code_of(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

CommandEnd run_on_terminal(const std::string& program, const CommandRun& run,
                           const std::string& input) {
  int terminal = -1;
  const pid_t child = ::forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    redirect(input, O_RDONLY, 0);
    become(program, run);
  }
  CommandEnd end;
  char chunk[4096];
  for (ssize_t got = 0; (got = ::read(terminal, chunk, sizeof chunk)) > 0;) {
    end.out.append(chunk, static_cast<std::size_t>(got));
  }
  end.code = code_of(child);
  ::close(terminal);
  return end;
}

}  // namespace

CommandEnd run_mega(const CommandRun& run) {
  const Scratch home;
  CommandRun adapted = run;
  adapted.environment.emplace("HOME", home.path());
  adapted.environment.emplace("MEGA_TLS_DIR", home / "joined");  // root's default is not below HOME
  return run_program(mega_binary(), adapted);
}

CommandEnd run_program(const std::string& program, const CommandRun& run) {
  const Scratch scratch;
  std::ofstream(scratch / "in", std::ios::binary) << run.input;
  if (run.terminal) return run_on_terminal(program, run, scratch / "in");
  const pid_t child = ::fork();
  if (child == 0) {
    redirect(scratch / "in", O_RDONLY, 0);
    redirect(scratch / "out", O_WRONLY | O_CREAT, 1);
    redirect(scratch / "err", O_WRONLY | O_CREAT, 2);
    become(program, run);
  }
  CommandEnd end;
  end.code = code_of(child);
  end.out = text_of_file(scratch / "out");
  end.err = text_of_file(scratch / "err");
  return end;
}

}  // namespace mega
