#include "tasks/agent/child_processes.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace mega {
namespace {

// What getdents64(2) writes; glibc does not declare it.
struct FolderEntry {
  std::uint64_t inode;
  std::int64_t next;
  std::uint16_t bytes;
  std::uint8_t type;
  char name[1];
};

// Of /proc/PID/stat: "PID (NAME) STATE PARENT ...", where NAME may hold anything. 0: it is gone.
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

}  // namespace

void for_each_child_process(void (*found)(void* context, pid_t child), void* context) {
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

}  // namespace mega
