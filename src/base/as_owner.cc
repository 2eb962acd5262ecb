#include "base/as_owner.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <string_view>

namespace mega {
namespace {

constexpr int links_max = 40;  // as in the kernel

// Follows a path by hand, part by part, up to the first part that is not root's.
class Walk {
 public:
  explicit Walk(const std::string& path) : rest_(path) {
    std::error_code failed;
    if (path.starts_with('/')) return;
    rest_ = std::filesystem::current_path(failed).string() + "/" + path;
  }

  std::optional<uid_t> find_foreigner() {
    struct stat facts {};
    if (::lstat("/", &facts) == 0 && facts.st_uid != 0) return facts.st_uid;
    while (take_part()) {
      if (part_ == "." || part_.empty()) continue;
      if (part_ == "..") {
        at_.resize(at_.empty() ? 0 : at_.rfind('/'));
        continue;
      }
      const std::string next = at_ + "/" + part_;
      if (::lstat(next.c_str(), &facts) != 0) return std::nullopt;
      const bool is_link = S_ISLNK(facts.st_mode);
      const bool decides = is_link || S_ISDIR(facts.st_mode) || is_for_all(at_);
      if (facts.st_uid != 0 && decides) return facts.st_uid;
      if (!is_link) {
        at_ = next;
      } else if (!follow(next)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

 private:
  // Whether every user may add files to the folder.
  static bool is_for_all(const std::string& folder) {
    struct stat facts {};
    return ::lstat(folder.c_str(), &facts) == 0 && (facts.st_mode & S_IWOTH) != 0;
  }

  // Moves the first part of rest_ to part_; false at the end.
  bool take_part() {
    if (rest_.empty()) return false;
    const std::size_t slash = rest_.find('/');
    part_ = rest_.substr(0, slash);
    rest_.erase(0, slash == std::string::npos ? slash : slash + 1);
    return true;
  }

  // Puts the target of a link before the rest. False at the end of the way: a link in /proc/PID/fd
  // leads to an open file, not to a path.
  bool follow(const std::string& link) {
    if (at_.starts_with("/proc/") && at_.ends_with("/fd")) return false;
    std::error_code failed;
    const std::string target = std::filesystem::read_symlink(link, failed).string();
    if (failed || ++links_ > links_max) return false;
    if (target.starts_with('/')) at_.clear();
    rest_ = target + "/" + rest_;
    return true;
  }

  std::string at_;  // the folder that was reached; empty: the root folder
  std::string part_;
  std::string rest_;
  int links_ = 0;
};

// A user without an entry has the group of the same number.
gid_t group_of(uid_t uid) {
  passwd entry{};
  passwd* user = nullptr;
  std::array<char, 4096> fields{};
  ::getpwuid_r(uid, &entry, fields.data(), fields.size(), &user);
  return user ? user->pw_gid : static_cast<gid_t>(uid);
}

// System calls, which concern this thread alone; glibc's setgroups() would change all threads. The
// number -1 changes nothing: both return the former number.
uid_t set_user(uid_t uid) { return static_cast<uid_t>(::syscall(SYS_setfsuid, uid)); }
gid_t set_group(gid_t gid) { return static_cast<gid_t>(::syscall(SYS_setfsgid, gid)); }
void set_groups(const gid_t* groups, std::size_t count) {
  [[maybe_unused]] const long done = ::syscall(SYS_setgroups, count, groups);
}

std::vector<gid_t> groups_now() {
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
  const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
  groups.resize(static_cast<std::size_t>(std::max(0, count)));
  return groups;
}

constexpr auto unchanged = static_cast<uid_t>(-1);

}  // namespace

std::optional<Owner> foreign_owner(const std::string& path) {
  if (::geteuid() != 0 || path.empty()) return std::nullopt;
  const auto uid = Walk(path).find_foreigner();
  if (!uid) return std::nullopt;
  return Owner{*uid, group_of(*uid)};
}

AsOwner::AsOwner(const std::string& path) {
  if (::geteuid() != 0 || set_user(unchanged) != 0) return;
  const auto owner = foreign_owner(path);
  if (!owner) return;
  former_groups_ = groups_now();
  set_groups(&owner->gid, 1);
  const gid_t group = set_group(owner->gid);
  former_ = Owner{set_user(owner->uid), group};
}

AsOwner::~AsOwner() {
  if (!former_) return;
  const int error = errno;
  set_user(former_->uid);
  set_group(former_->gid);
  set_groups(former_groups_.data(), former_groups_.size());
  errno = error;
}

int open_as_owner(const std::string& path, int flags, mode_t mode) {
  const AsOwner as_owner(path);
  struct stat facts {};
  // Root's own link in a folder for all (/tmp) is safe: no other user can remove it.
  const bool trusted = ::lstat(path.c_str(), &facts) == 0 && facts.st_uid == 0;
  const bool is_root = ::geteuid() == 0 && set_user(unchanged) == 0;
  if (is_root && !(trusted && S_ISLNK(facts.st_mode))) flags |= O_NOFOLLOW;
  int file = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  while (file < 0 && errno == EINTR) file = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  return file;
}

}  // namespace mega
