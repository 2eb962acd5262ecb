#include "net/socket_address.h"

#include <gtest/gtest.h>
#include <net/if.h>
#include <netinet/in.h>

namespace mega {
namespace {

TEST(SocketAddress, AnIpv6AddressMayNameItsInterface) {
  const unsigned loopback = ::if_nametoindex("lo");
  ASSERT_NE(loopback, 0U);
  for (const std::string& zone : {std::string("lo"), std::to_string(loopback)}) {
    SCOPED_TRACE(zone);
    const auto address = SocketAddress::ip("fe80::1%" + zone, 1104);
    ASSERT_TRUE(address.has_value());
    EXPECT_EQ(address->as<sockaddr_in6>().sin6_scope_id, loopback);
    EXPECT_EQ(address->host(), "fe80::1");
    EXPECT_EQ(address->port(), 1104);
    const auto resolved = resolve("fe80::1%" + zone, 25).value();
    ASSERT_EQ(resolved.size(), 1U);
    EXPECT_EQ(resolved[0].as<sockaddr_in6>().sin6_scope_id, loopback);
  }
}

TEST(SocketAddress, RefusesAnInterfaceThatIsNotThere) {
  for (const char* text : {"fe80::1%", "fe80::1%nope7", "fe80::1%0", "fe80::1%4294967297",
                           "fe80::1%-1", "127.0.0.1%lo", "%lo", "fe80::1%lo%lo"}) {
    EXPECT_FALSE(SocketAddress::ip(text, 1).has_value()) << text;
  }
}

}  // namespace
}  // namespace mega
