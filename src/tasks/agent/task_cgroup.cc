#include "tasks/agent/task_cgroup.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

namespace mega {
namespace {

constexpr mode_t folder_mode = 0755;

// Sends SIGKILL to the numbers in a text of one number per line. `rest`: of a number that the text
// before has begun.
void kill_all_in(const char* text, ssize_t bytes, pid_t& rest) {
  for (ssize_t i = 0; i < bytes; ++i) {
    if (text[i] >= '0' && text[i] <= '9') {
      rest = rest * 10 + (text[i] - '0');
    } else {
      if (rest > 1) ::kill(rest, SIGKILL);
      rest = 0;
    }
  }
}

}  // namespace

TaskCgroup::TaskCgroup(const char* folder) : folder_(folder) {
  if (folder_ && ::mkdir(folder_, folder_mode) != 0) folder_ = nullptr;
}

int TaskCgroup::open_file(const char* name, int flags) const {
  char path[PATH_MAX];
  if (!folder_ || std::strlen(folder_) + std::strlen(name) + 2 > sizeof path) return -1;
  std::strcpy(path, folder_);
  std::strcat(path, "/");
  std::strcat(path, name);
  return ::open(path, flags | O_CLOEXEC);
}

bool TaskCgroup::write_to(const char* name, const char* text) const {
  const int file = open_file(name, O_WRONLY);
  if (file < 0) return false;
  const auto bytes = static_cast<ssize_t>(std::strlen(text));
  const bool written = ::write(file, text, static_cast<std::size_t>(bytes)) == bytes;
  ::close(file);
  return written;
}

void TaskCgroup::enter() const { write_to("cgroup.procs", "0"); }

void TaskCgroup::kill() const {
  if (!folder_ || write_to("cgroup.kill", "1")) return;
  write_to("cgroup.freeze", "1");
  kill_each();
  write_to("cgroup.freeze", "0");
}

void TaskCgroup::kill_each() const {
  const int file = open_file("cgroup.procs", O_RDONLY);
  if (file < 0) return;
  char text[4096];
  pid_t rest = 0;
  for (ssize_t got = 0; (got = ::read(file, text, sizeof text)) > 0;) kill_all_in(text, got, rest);
  ::close(file);
}

void TaskCgroup::remove() const {
  if (folder_) ::rmdir(folder_);
}

}  // namespace mega
