#include "base/process.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <limits>

namespace mega {
namespace {

// Of the store, the log, the listeners, epoll and the like.
constexpr rlim_t descriptors_besides_connections = 64;

}  // namespace

void keep_memory_small() {
  // One arena for each thread would keep the peak of each; glibc's thresholds would grow with the
  // first large answer and keep its memory for good.
  ::mallopt(M_ARENA_MAX, 2);
  ::mallopt(M_MMAP_THRESHOLD, 256 << 10);
  ::mallopt(M_TRIM_THRESHOLD, 512 << 10);
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
  long long total = 0, resident = 0;
  const int fields = std::fscanf(file, "%lld %lld", &total, &resident);
  std::fclose(file);
  return fields == 2 ? resident * ::sysconf(_SC_PAGESIZE) : 0;
}

}  // namespace mega
