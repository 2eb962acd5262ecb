// SmallDisk: a file system small enough to fill. Needs root.
#pragma once

#include <sys/mount.h>

#include <string>
#include <utility>

namespace mega {

class SmallDisk {
 public:
  // Mounted on the folder `path` for the life of this object.
  explicit SmallDisk(std::string path, const std::string& size = "1m") : path_(std::move(path)) {
    const std::string options = "mode=700,size=" + size;
    mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path_.c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  void grow() { ::mount("tmpfs", path_.c_str(), "tmpfs", MS_REMOUNT, "size=16m"); }

 private:
  std::string path_;
  bool mounted_ = false;
};

}  // namespace mega
