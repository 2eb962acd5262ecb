#include "hosts/agent/server_sockets.h"

#include "tests/support/scratch.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace mega {
namespace {

using Ports = std::vector<std::int64_t>;

// A /proc whose network has listeners on 127.0.0.1: port, user, inode.
class SocketsOfServers : public testing::Test {
 protected:
  SocketsOfServers() {
    std::filesystem::create_directory(proc / "net");
    listen({{3306, 999, 1}, {3307, 999, 2}, {33060, 999, 3}, {22, 0, 4}, {5432, 70, 5}});
  }

  struct Listening {
    int port, uid, inode;
  };
  void listen(const std::vector<Listening>& all) {
    std::string text = "  sl  local_address ...\n";
    for (const auto& each : all) {
      text += fmt::format("0: 0100007F:{:04X} 00000000:0000 0A 0:0 0:0 0 {} 0 {} 1\n", each.port,
                          each.uid, each.inode);
    }
    proc.write("net/tcp", text);
  }
  Ports ports(const std::vector<DatabaseProcess>& processes, std::int64_t pid) {
    return sockets_of(processes, proc.path()).at(pid).ports();
  }

  Scratch proc;
};

DatabaseProcess server(std::int64_t pid, std::int64_t uid, std::vector<std::string> options = {}) {
  options.insert(options.begin(), "mysqld");
  return {.pid = pid, .uid = uid, .command = std::move(options), .folder = {}, .sockets = {}};
}

TEST_F(SocketsOfServers, AreThoseThatItHasOpen) {
  DatabaseProcess one = server(10, 999), two = server(11, 999);
  one.sockets = {2, 99};
  two.sockets = {1, 3};
  EXPECT_EQ(ports({one, two}, 10), Ports{3307});
  EXPECT_EQ(ports({one, two}, 11), (Ports{3306, 33060}));
}

TEST_F(SocketsOfServers, AreThoseOfItsUserWhenTheyMayNotBeRead) {
  EXPECT_EQ(ports({server(10, 999)}, 10), (Ports{3306, 3307, 33060}));
  EXPECT_EQ(ports({server(10, 998)}, 10), Ports{});
}

TEST_F(SocketsOfServers, OfOneUserAreGivenToOneServerEach) {
  const std::vector<DatabaseProcess> both{server(10, 999), server(11, 999, {"--port=3306"})};
  EXPECT_EQ(ports(both, 11), Ports{3306});
  EXPECT_EQ(ports(both, 10), Ports{3307});
}

TEST_F(SocketsOfServers, AreNotGuessedAmongThoseOfRoot) {
  EXPECT_EQ(ports({server(10, 0)}, 10), Ports{});
  EXPECT_EQ(ports({server(10, 0, {"--port=22"})}, 10), Ports{22}) << "it says so itself";
}

}  // namespace
}  // namespace mega
