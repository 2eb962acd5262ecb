#include "tasks/agent/cgroup.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

constexpr const char* unified =
    "24 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"
    "31 24 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw\n";
constexpr const char* hybrid =
    "31 24 0:28 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755\n"
    "40 31 0:37 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=systemd\n"
    "41 31 0:38 / /sys/fs/cgroup/unified rw shared:10 master:2 - cgroup2 cgroup2 rw\n";

TEST(Cgroup, IsFoundByTheMountOfVersion2) {
  const std::string bind =
      "41 31 0:38 /system.slice /mnt/cg rw - cgroup2 cgroup2 rw\n";  // a part of the tree
  const struct {
    const char* name;
    std::string mountinfo, cgroups;
    std::optional<std::string> want;
  } cases[] = {
      {"a service", unified, "0::/system.slice/mega-daemon.service\n",
       "/sys/fs/cgroup/system.slice/mega-daemon.service"},
      {"a namespace of its own", unified, "0::/\n", "/sys/fs/cgroup"},
      {"beside version 1", hybrid, "9:name=systemd:/a\n4:memory:/b\n0::/c\n",
       "/sys/fs/cgroup/unified/c"},
      {"version 1 alone", hybrid, "9:name=systemd:/a\n4:memory:/b\n", std::nullopt},
      {"below the mount's root", bind, "0::/system.slice/x.service\n", "/mnt/cg/x.service"},
      {"the mount's root", bind, "0::/system.slice\n", "/mnt/cg"},
      {"beside the mount's root", bind, "0::/system.slice2/x\n", std::nullopt},
      {"outside of the namespace", unified, "0::/../other\n", std::nullopt},
      {"no mount", "24 1 8:1 / / rw - ext4 /dev/sda1 rw\n", "0::/\n", std::nullopt},
      {"nothing", "", "", std::nullopt},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(cgroup_folder(c.mountinfo, c.cgroups), c.want);
  }
}

}  // namespace
}  // namespace mega
