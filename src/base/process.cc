#include "base/process.h"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>

// Begin and end of the code, defined by the linker.
extern "C" const char __executable_start, etext;  // NOLINT: the names are the linker's

namespace mega {
namespace {

// Descriptors of the store, the log, the listeners, epoll and the like.
constexpr rlim_t descriptors_besides_connections = 64;

}  // namespace

void keep_memory_small() {
  // One arena per thread would keep the peak memory of each. Without fixed thresholds, glibc raises
  // them at the first large reply and keeps its memory for good.
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_MMAP_THRESHOLD, 256 << 10);
  ::mallopt(M_TRIM_THRESHOLD, 512 << 10);
}

void forget_code_that_ran() {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const char* begin = &__executable_start;
  begin += (page - reinterpret_cast<std::uintptr_t>(begin) % page) % page;
  const auto bytes = static_cast<std::uintptr_t>(&etext - begin) / page * page;
  ::madvise(const_cast<char*>(begin), bytes, MADV_DONTNEED);
}

void leave_no_core() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
}

int raise_descriptor_limit() {
  constexpr int most = std::numeric_limits<int>::max();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return most;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur <= descriptors_besides_connections) return 1;
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur - descriptors_besides_connections, most));
}

std::int64_t resident_bytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (!file) return 0;
  char text[128] = "";  // total pages, resident pages, ...
  const bool read = std::fgets(text, sizeof text, file) != nullptr;
  std::fclose(file);
  const char* const resident = read ? std::strchr(text, ' ') : nullptr;
  return resident ? std::strtoll(resident, nullptr, 10) * ::sysconf(_SC_PAGESIZE) : 0;
}

}  // namespace mega
