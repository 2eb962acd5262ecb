// Root's work on files in places that other users own.
//
// The owner of a folder can put a link, a FIFO or a device in place of anything in it. If root
// followed such a link, that user could have root read, write or give away any file. So where a
// path leads through a place of another user, root works on it with that user's rights on files:
// what root makes there belongs to that user, and a link leads no further than that user could go.
//
//   const AsOwner as_owner(path);  // until the end of the scope
//
// For a process that is not root's nothing here has any effect.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace mega {

struct Owner {
  uid_t uid = 0;
  gid_t gid = 0;  // the primary group of the user
};

// The user that decides where `path` leads: the owner of the first folder or link on the way that
// is not root's. A file at the end counts where every user may add files (/tmp). nullopt: root
// alone decides, or this process is not root's. A path that does not exist yet is followed as far
// as it exists.
std::optional<Owner> foreign_owner(const std::string& path);

// While it lives, this thread has the rights of foreign_owner() on files, and no others
// (setfsuid(2)). Threads and processes that the thread starts meanwhile have the same. An inner
// AsOwner never gives rights back: without effect when the thread has those of another user
// already.
class AsOwner {
 public:
  explicit AsOwner(const std::string& path);
  ~AsOwner();
  AsOwner(const AsOwner&) = delete;

 private:
  std::optional<Owner> former_;  // nullopt: nothing was changed
  std::vector<gid_t> former_groups_;
};

// As open(2), with the rights of foreign_owner(). In addition, root follows a link at the end of
// the path only if the link is root's own. Returns -1 and sets errno on failure: ELOOP for such a
// link.
int open_as_owner(const std::string& path, int flags, mode_t mode = 0);

}  // namespace mega
