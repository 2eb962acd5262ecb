#include "hosts/agent/proc_text.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(ProcText, ReadsTheUptimeInWholeSeconds) {
  EXPECT_EQ(parse_uptime("350735.47 234388.90\n"), 350735);
  EXPECT_EQ(parse_uptime("0.04 0.00\n"), 0);
  for (const char* text : {"", "\n", "x", "-5.1 2", "99999999999999999999.1 2"}) {
    EXPECT_EQ(parse_uptime(text), std::nullopt) << text;
  }
}

TEST(ProcText, ReadsTheLoad) {
  const auto load = parse_load("0.75 10.35 0.25 1/25 1747\n");
  ASSERT_TRUE(load);
  EXPECT_EQ(*load, (std::array{0.75, 10.35, 0.25}));
  for (const char* text : {"", "0.75 0.35", "a b c", "1 2 3x"})
    EXPECT_FALSE(parse_load(text)) << text;
}

TEST(ProcText, ReadsTheMemory) {
  const char* text =
      "MemTotal:       16318480 kB\nMemFree:         1000000 kB\nMemAvailable:    9000000 kB\n"
      "Buffers:          100000 kB\nSwapTotal:       2097148 kB\nSwapFree:        2097144 kB\n"
      "HugePages_Total:       0\n";
  EXPECT_EQ(parse_memory(text), (Memory{.total_bytes = 16318480LL * 1024,
                                        .available_bytes = 9000000LL * 1024,
                                        .swap_total_bytes = 2097148LL * 1024,
                                        .swap_free_bytes = 2097144LL * 1024}));
  EXPECT_EQ(parse_memory("MemTotal: 100 kB\nMemFree: 40 kB\n")->available_bytes, 40 * 1024)
      << "a kernel that does not tell what is available";
  EXPECT_FALSE(parse_memory("MemFree: 40 kB\n"));
  EXPECT_FALSE(parse_memory("MemTotal: 99999999999999999 kB\n"));
}

TEST(ProcText, TakesTheFileSystemsThatMayFillUp) {
  const char* text =
      "proc /proc proc rw 0 0\n"
      "/dev/sda1 / ext4 rw,relatime 0 0\n"
      "tmpfs /run tmpfs rw 0 0\n"
      "/dev/sda1 /var/lib/docker/volumes ext4 rw 0 0\n"
      "/dev/mapper/vg-db /srv/my\\040db\\134 xfs rw 0 0\n"
      "overlay /var/lib/docker/overlay2/x/merged overlay rw 0 0\n"
      "nas:/export /mnt/nas nfs4 rw 0 0\n"
      "//nas/x /mnt/cifs cifs rw 0 0\n"
      "tank/data /tank zfs rw 0 0\n"
      "sshfs /mnt/s fuse.sshfs rw 0 0\n"
      "/dev/loop1 /snap/core/1 squashfs ro 0 0\n"
      "broken\n";
  const std::vector<Mount> expected{{"/dev/sda1", "/", "ext4"},
                                    {"/dev/mapper/vg-db", "/srv/my db\\", "xfs"},
                                    {"tank/data", "/tank", "zfs"}};
  EXPECT_EQ(parse_mounts(text), expected);
  EXPECT_EQ(parse_mounts("overlay / overlay rw 0 0\n").size(), 1u) << "the root of a container";
  EXPECT_EQ(parse_mounts("/dev/sdb /a/b ext4 rw 0 0\n/dev/sdb /a ext4 rw 0 0\n").front().folder,
            "/a");
  EXPECT_EQ(parse_mounts("/dev/sdb /a\\04 ext4 rw 0 0\n").front().folder, "/a\\04");
}

TEST(ProcText, ReadsTheNameOfTheSystem) {
  EXPECT_EQ(parse_os_name("NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n"),
            "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(parse_os_name("PRETTY_NAME='Alpine'\n"), "Alpine");
  EXPECT_EQ(parse_os_name("PRETTY_NAME=Arch\n"), "Arch");
  EXPECT_EQ(parse_os_name("PRETTY_NAMES=x\nNAME=y\n"), "");
}

}  // namespace
}  // namespace mega
