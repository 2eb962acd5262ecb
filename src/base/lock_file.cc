#include "base/lock_file.h"

#include "base/as_owner.h"
#include "base/file.h"
#include "base/text.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>

namespace mega {
namespace {

// Returns 0 or an errno: EWOULDBLOCK when another process holds the lock.
int lock(int file, int kind) {
  for (;;) {
    if (::flock(file, kind | LOCK_NB) == 0) return 0;
    if (errno != EINTR) return errno;
  }
}

using Beginning = std::array<char, 32>;

std::string_view beginning_of(int file, Beginning& text) {
  const ssize_t n = ::pread(file, text.data(), text.size(), 0);
  return {text.data(), n > 0 ? static_cast<std::size_t>(n) : 0};
}

pid_t pid_in(int file) {
  Beginning text{};
  const auto pid = parse_integer(trim(beginning_of(file, text)));
  return pid && *pid > 0 ? static_cast<pid_t>(*pid) : 0;
}

bool is_regular(int file) {
  struct stat facts {};
  return ::fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
}

bool is_own_or_roots(int file) {
  struct stat facts {};
  return ::fstat(file, &facts) == 0 && (facts.st_uid == 0 || facts.st_uid == ::geteuid());
}

// Whether overwriting the file loses nothing: it holds at most a pid, or zero bytes in its place
// after a power cut.
bool may_be_overwritten(int file) {
  Beginning text{};
  constexpr std::string_view of_a_pid("0123456789 \n\0", 13);
  const std::string_view found = beginning_of(file, text);
  return found.size() < text.size() && found.find_first_not_of(of_a_pid) == found.npos;
}

}  // namespace

Result<LockFile> LockFile::acquire(const std::string& path) {
  const AsOwner as_owner(path);
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!file) return fail(system_error("write to", path, errno));
  if (!is_regular(*file)) return fail(Errc::refused, "{} is no regular file", path);
  if (const int why = lock(*file, LOCK_EX); why == EWOULDBLOCK) {
    return fail(Errc::refused, "{} is held by another mega process (pid {})", path, pid_in(*file));
  } else if (why != 0) {
    return fail(system_error("lock", path, why));
  }
  if (!may_be_overwritten(*file)) {
    return fail(Errc::refused, "{} holds something else than a pid, and stays as it is", path);
  }
  ::fchmod(*file, 0600);  // an earlier mega made it with 0644
  const std::string pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(*file, 0) != 0 ||
      ::pwrite(*file, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    return fail(system_error("write to", path, errno));
  }
  return LockFile(std::move(file));
}

Result<std::optional<pid_t>> LockFile::holder(const std::string& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file && errno == ENOENT) return std::nullopt;
  if (!file) return fail(system_error("read", path, errno));
  if (!is_own_or_roots(*file)) {
    return fail(Errc::refused, "{} belongs to another user, who may have written any pid", path);
  }
  if (lock(*file, LOCK_SH) != EWOULDBLOCK) return std::nullopt;
  return pid_in(*file);
}

void LockFile::remove(const std::string& path) const {
  const AsOwner as_owner(path);
  struct stat held {};
  struct stat named {};
  const bool same = ::fstat(*file_, &held) == 0 && ::lstat(path.c_str(), &named) == 0 &&
                    held.st_dev == named.st_dev && held.st_ino == named.st_ino;
  if (same) ::unlink(path.c_str());
}

}  // namespace mega
