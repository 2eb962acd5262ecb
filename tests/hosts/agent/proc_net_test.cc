#include "hosts/agent/proc_net.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

constexpr const char* tcp =
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout "
    "inode\n"
    "   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 "
    "1684 1 "
    "00000000a07c0f4a 100 0 0 10 0\n"
    "   1: 00000000:01BD 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 "
    "1 x\n"
    "   2: 0100007F:0CEA 0100007F:D431 01 00000000:00000000 00:00000000 00000000   999        0 99 "
    "1 x\n"
    "   3: garbage 00000000:0000 0A 0 0 0 0 0 1\n"
    "   4: 0100007F:XXXX 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 3 "
    "1 x\n";

TEST(ProcNet, ReadsWhoListensByTcp) {
  const std::vector<TcpListener> expected{
      {.address = "127.0.0.1", .port = 3306, .uid = 999, .inode = 1684},
      {.address = "0.0.0.0", .port = 445, .uid = 0, .inode = 77}};
  EXPECT_EQ(parse_tcp_listeners(tcp), expected);
  EXPECT_TRUE(parse_tcp_listeners("").empty());
}

TEST(ProcNet, ReadsAddressesOfIpv6) {
  const auto line = [](const char* address) {
    return std::string("   0: ") + address +
           ":0CEA 00000000000000000000000000000000:0000 0A 0:0 00:0 0 112 0 5 1 x\n";
  };
  const std::pair<const char*, const char*> cases[] = {
      {"00000000000000000000000000000000", "::"},
      {"00000000000000000000000001000000", "::1"},
      {"B80D0120000000000000000001000000", "2001:db8::1"}};
  for (const auto& [digits, address] : cases) {
    const auto found = parse_tcp_listeners(line(digits));
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found[0].address, address);
  }
}

TEST(ProcNet, ReadsWhoListensByUnixSocket) {
  const char* text =
      "Num       RefCount Protocol Flags    Type St Inode Path\n"
      "00000000bc7492d8: 00000003 00000000 00000000 0001 03  1681 /run/connected.sock\n"
      "00000000bc7492d8: 00000002 00000000 00010000 0001 01  1684 /run/my db/mysqld.sock\n"
      "00000000bc7492d8: 00000002 00000000 00010000 0001 01  1685 @abstract\n"
      "00000000bc7492d8: 00000002 00000000 00010000 0001 01  1686\n";
  const std::vector<UnixListener> expected{{.path = "/run/my db/mysqld.sock", .inode = 1684}};
  EXPECT_EQ(parse_unix_listeners(text), expected);
}

TEST(ProcNet, ReadsTheInodeOfADescriptor) {
  EXPECT_EQ(parse_socket_link("socket:[1684]"), 1684u);
  for (const char* link : {"", "socket:[]", "socket:[1x]", "pipe:[1]", "socket:[1", "/dev/null"}) {
    EXPECT_EQ(parse_socket_link(link), std::nullopt) << link;
  }
}

}  // namespace
}  // namespace mega
