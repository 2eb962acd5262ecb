#include "tasks/agent/child_processes.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace mega {
namespace {

// A record of getdents64(2); glibc does not declare it.
struct FolderEntry {
  std::uint64_t inode;
  std::int64_t next;
  std::uint16_t bytes;
  std::uint8_t type;
  char name[1];
};

// The parent, from /proc/PID/stat: "PID (NAME) STATE PARENT ...", where NAME may hold any byte. 0:
// the process is gone.
pid_t parent_of(const char* pid) {
  char path[64] = "/proc/";
  std::strncat(path, pid, 16);
  std::strcat(path, "/stat");
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  char text[256];
  const ssize_t got = ::read(file, text, sizeof text - 1);
  ::close(file);
  if (got <= 0) return 0;
  text[got] = '\0';
  const char* name_end = std::strrchr(text, ')');
  if (!name_end || std::strlen(name_end) < 5) return 0;
  return static_cast<pid_t>(std::strtol(name_end + 4, nullptr, 10));
}

using Found = void (*)(void* context, pid_t child);

// From the kernel's list of this process's children, which takes microseconds however many
// processes the host has. False: the kernel has no such lists.
bool list_of_children(Found found, void* context) {
  char path[64];
  std::snprintf(path, sizeof path, "/proc/self/task/%d/children", static_cast<int>(::getpid()));
  const int file = ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  char text[4096];
  pid_t child = 0;  // may continue in the next piece
  for (ssize_t got = 0; (got = ::read(file, text, sizeof text)) > 0;) {
    for (ssize_t i = 0; i < got; ++i) {
      if (text[i] != ' ') {
        child = child * 10 + (text[i] - '0');
      } else {
        found(context, std::exchange(child, 0));
      }
    }
  }
  ::close(file);
  return true;
}

void children_among_all(Found found, void* context) {
  const int folder = ::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  const pid_t self = ::getpid();
  alignas(FolderEntry) char entries[8 << 10];
  for (;;) {
    const long got = ::syscall(SYS_getdents64, folder, entries, sizeof entries);
    if (got <= 0) break;
    for (long at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const FolderEntry*>(entries + at);
      at += entry->bytes;
      const char* name = entry->name;
      if (*name < '1' || *name > '9' || parent_of(name) != self) continue;
      found(context, static_cast<pid_t>(std::strtol(name, nullptr, 10)));
    }
  }
  ::close(folder);
}

}  // namespace

void for_each_child_process(void (*found)(void* context, pid_t child), void* context) {
  if (!list_of_children(found, context)) children_among_all(found, context);
}

}  // namespace mega
