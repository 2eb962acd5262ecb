#include "base/host.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/utsname.h>

namespace mega {
namespace {

TEST(HostName, IsTheKernels) {
  utsname kernel{};
  ASSERT_EQ(::uname(&kernel), 0);
  EXPECT_EQ(host_name().value(), kernel.nodename);
}

TEST(HostAddress, IsAnAddressOfThisMachineThatOthersCanUse) {
  const auto address = host_address();
  if (!address) {
    // A machine without a network; then it must say so.
    EXPECT_EQ(address.error().code, Errc::not_found);
    return;
  }
  in_addr v4{};
  in6_addr v6{};
  EXPECT_TRUE(::inet_pton(AF_INET, address->c_str(), &v4) == 1 ||
              ::inet_pton(AF_INET6, address->c_str(), &v6) == 1)
      << *address;
  EXPECT_FALSE(address->starts_with("127.") || *address == "::1" || address->starts_with("fe80:"));
}

}  // namespace
}  // namespace mega
