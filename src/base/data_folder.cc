#include "base/data_folder.h"

#include "base/as_owner.h"
#include "base/file.h"
#include "base/text.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

namespace mega {
namespace {

// The pid that the holder wrote; empty if it has not been written yet.
std::string holder_of(int fd) {
  std::array<char, 32> text{};
  const ssize_t n = ::pread(fd, text.data(), text.size(), 0);
  return n > 0 ? std::string(trim({text.data(), static_cast<std::size_t>(n)})) : std::string();
}

Result<void> sync(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int why = errno;
  if (fd >= 0) ::close(fd);
  if (!synced) return fail(Errc::failed, "cannot sync {}: {}", path, describe_errno(why));
  return {};
}

}  // namespace

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

Result<void> sync_folder_of(const std::string& path) {
  return sync(folder_of(path), O_RDONLY | O_DIRECTORY);
}

std::string path_in(const std::string& folder, const std::string& name) {
  return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

Result<void> make_private_folder(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0) {
    if (errno == EEXIST) return {};
    return fail(Errc::failed, "cannot make {}: {}", path, describe_errno(errno));
  }
  return sync_folder_of(path);
}

Result<void> make_data_folder(const std::string& folder) {
  const AsOwner as_owner(folder);
  std::error_code error;
  if (std::filesystem::is_directory(folder, error)) return {};
  std::filesystem::create_directories(folder, error);
  if (!error) std::filesystem::permissions(folder, std::filesystem::perms::owner_all, error);
  if (!error) return {};
  return fail(Errc::failed, "cannot make the data folder {}: {}", folder, error.message());
}

Result<void> rename_synced(const std::string& from, const std::string& to) {
  if (auto synced = sync(from, O_RDONLY); !synced) return synced;
  if (::rename(from.c_str(), to.c_str()) != 0) {
    return fail(Errc::failed, "cannot rename {} to {}: {}", from, to, describe_errno(errno));
  }
  return sync_folder_of(to);
}

Result<FolderLock> FolderLock::acquire(const std::string& folder) {
  const std::string path = path_in(folder, lock_file_name);
  const AsOwner as_owner(folder);
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    const int why = errno;
    if (why == ENOENT) return fail(Errc::not_found, "there is no folder {}", folder);
    return fail(Errc::failed, "cannot write to {}: {}", path, describe_errno(why));
  }
  FolderLock lock(fd);
  int done = ::flock(fd, LOCK_EX | LOCK_NB);
  while (done != 0 && errno == EINTR) done = ::flock(fd, LOCK_EX | LOCK_NB);
  if (done != 0) {
    const int why = errno;
    if (why != EWOULDBLOCK)
      return fail(Errc::failed, "cannot lock {}: {}", path, describe_errno(why));
    const std::string pid = holder_of(fd);
    return fail(Errc::refused, "{} is in use by another mega process{}", folder,
                pid.empty() ? "" : " (pid " + pid + ")");
  }
  // The pid is for people and for the message above; a disk too full for it is no reason to stop.
  const std::string pid = std::to_string(::getpid()) + "\n";
  [[maybe_unused]] const bool written =
      ::ftruncate(fd, 0) == 0 && ::pwrite(fd, pid.data(), pid.size(), 0) > 0;
  return lock;
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}

FolderLock::FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

}  // namespace mega
