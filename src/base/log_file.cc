#include "base/log_file.h"

#include "base/as_owner.h"
#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace mega {
namespace {

constexpr mode_t new_file_mode = 0640;

// Does not wait for the reader of a FIFO.
int open_for_append(const std::string& path) {
  constexpr int flags = O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY;
  const int file = open_as_owner(path, flags | O_NONBLOCK, new_file_mode);
  if (file >= 0) ::fcntl(file, F_SETFL, flags);
  return file;
}

}  // namespace

Result<LogFile> LogFile::open(std::string path, LogFileLimits limits) {
  const int file = open_for_append(path);
  if (file < 0) return fail(system_error("open the log", path, errno));
  return LogFile(std::move(path), limits, file);
}

LogFile::LogFile(std::string path, LogFileLimits limits, int file)
    : path_(std::move(path)), limits_(limits), file_(file) {}

LogFile::LogFile(LogFile&& other) noexcept
    : path_(std::move(other.path_)),
      limits_(other.limits_),
      file_(std::exchange(other.file_, -1)),
      torn_(other.torn_) {}

LogFile& LogFile::operator=(LogFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(limits_, other.limits_);
  std::swap(file_, other.file_);
  std::swap(torn_, other.torn_);
  return *this;
}

LogFile::~LogFile() {
  if (file_ >= 0) ::close(file_);
}

Result<void> LogFile::append(std::string_view line) {
  // When the new file cannot be opened, keep writing to the old one.
  if (!is_under_its_name()) (void)reopen();
  if (is_full(line.size())) rotate(line.size());

  const std::string whole = torn_ ? "\n" + std::string(line) : std::string();
  const std::string_view bytes = torn_ ? whole : line;
  ssize_t written = -1;
  do {
    written = ::write(file_, bytes.data(), bytes.size());
  } while (written < 0 && errno == EINTR);
  if (written == static_cast<ssize_t>(bytes.size())) {
    torn_ = false;
    return {};
  }
  if (written < 0) return fail(system_error("write the log", path_, errno));
  if (written > 0) torn_ = bytes[static_cast<std::size_t>(written) - 1] != '\n';
  return fail(system_error("write the log", path_, ENOSPC));
}

Result<void> LogFile::reopen() {
  const int file = open_for_append(path_);
  if (file < 0) return fail(system_error("open the log", path_, errno));
  ::close(std::exchange(file_, file));
  torn_ = false;
  return {};
}

bool LogFile::is_under_its_name() const {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file_, &opened) == 0 && ::stat(path_.c_str(), &named) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

bool LogFile::is_full(std::size_t more) const {
  struct stat opened {};
  if (limits_.bytes_max == 0 || ::fstat(file_, &opened) != 0 || !S_ISREG(opened.st_mode))
    return false;
  return opened.st_size > 0 && static_cast<std::size_t>(opened.st_size) + more > limits_.bytes_max;
}

bool LogFile::may_be_renamed() const {
  struct stat named {};
  return ::lstat(path_.c_str(), &named) == 0 && S_ISREG(named.st_mode);
}

// After any failure here the open file can still be appended to. A file that this process may not
// rename grows until a process with that permission rotates it.
void LogFile::rotate(std::size_t more) {
  const AsOwner as_owner(path_);
  if (!may_be_renamed()) return;
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) return;
  // Another process may have rotated the file just before this one got the lock.
  if (is_under_its_name() && is_full(more)) {
    struct stat old {};
    const bool known = ::fstat(file_, &old) == 0;
    shift_names();
    if (!is_under_its_name() && reopen()) {  // closing the old file also frees its lock
      // Every process that could write to the old file can write to the new one.
      if (known && ::fchown(file_, old.st_uid, old.st_gid) != 0) errno = 0;
      if (known && ::fchmod(file_, old.st_mode & 07777) != 0) errno = 0;
      return;
    }
  } else if (!is_under_its_name() && reopen()) {
    return;
  }
  ::flock(file_, LOCK_UN);
}

void LogFile::shift_names() const {
  const auto name = [this](int number) {
    return number == 0 ? path_ : fmt::format("{}.{}", path_, number);
  };
  if (limits_.files_max == 0) {
    ::unlink(path_.c_str());
    return;
  }
  for (int number = limits_.files_max; number > 0; --number) {
    if (::rename(name(number - 1).c_str(), name(number).c_str()) != 0) errno = 0;  // a gap
  }
}

}  // namespace mega
