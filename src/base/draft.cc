#include "base/draft.h"

#include "base/data_folder.h"
#include "base/file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <string_view>
#include <utility>

namespace mega {
namespace {

// The path by which linkat() and open() reach a file without a name.
std::string way_to(int fd) { return fmt::format("/proc/self/fd/{}", fd); }

int open_unnamed(const std::string& folder) {
  const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 || ::access(way_to(fd).c_str(), F_OK) == 0) return fd;
  ::close(fd);
  return -1;
}

}  // namespace

Draft::Draft(std::string file, std::string name, std::FILE* stream)
    : file_(std::move(file)), name_(std::move(name)), stream_(stream) {}

Draft::Draft(Draft&& other) noexcept
    : file_(std::move(other.file_)),
      name_(std::exchange(other.name_, {})),
      stream_(std::exchange(other.stream_, nullptr)) {}

Draft::~Draft() {
  if (stream_) std::fclose(stream_);
  if (!name_.empty()) ::unlink(name_.c_str());
}

Result<Draft> Draft::create(const std::string& file) {
  std::string name;
  int fd = open_unnamed(folder_of(file));
  if (fd < 0) {
    name = file + ".part-XXXXXX";
    fd = ::mkostemp(name.data(), O_CLOEXEC);
  }
  if (fd < 0) return fail(system_error("write", file, errno));
  return Draft(file, std::move(name), ::fdopen(fd, "w+"));
}

Result<void> Draft::write_line(std::string line) {
  line += '\n';
  if (stream_ && std::fwrite(line.data(), 1, line.size(), stream_) == line.size()) return {};
  return fail(system_error("write", file_, errno));
}

Result<void> Draft::put_in_place() {
  if (!stream_ || std::fflush(stream_) != 0 || ::fsync(::fileno(stream_)) != 0) {
    return fail(system_error("write", file_, errno));
  }
  struct stat facts {};
  if (::lstat(file_.c_str(), &facts) == 0) {
    if (S_ISREG(facts.st_mode) && holds_the_same()) return sync_folder_of(file_);
    return fail(Errc::already_exists,
                "{} exists already and holds something else: choose another name", file_);
  }
  return give_name();
}

Result<void> Draft::give_name() {
  if (!name_.empty()) {
    if (auto renamed = rename_synced(name_, file_); !renamed) return renamed;
    name_.clear();
    return {};
  }
  const std::string way = way_to(::fileno(stream_));
  if (::linkat(AT_FDCWD, way.c_str(), AT_FDCWD, file_.c_str(), AT_SYMLINK_FOLLOW) != 0) {
    return fail(system_error("write", file_, errno));
  }
  return sync_folder_of(file_);
}

bool Draft::holds_the_same() const {
  std::ifstream a(way_to(::fileno(stream_)), std::ios::binary), b(file_, std::ios::binary);
  std::array<char, 64 << 10> from_a, from_b;
  while (a && b) {
    a.read(from_a.data(), from_a.size());
    b.read(from_b.data(), from_b.size());
    const auto count_a = static_cast<std::size_t>(a.gcount());
    const auto count_b = static_cast<std::size_t>(b.gcount());
    if (std::string_view(from_a.data(), count_a) != std::string_view(from_b.data(), count_b)) {
      return false;
    }
  }
  return a.eof() && b.eof();
}

}  // namespace mega
