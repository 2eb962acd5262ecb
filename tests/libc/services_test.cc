#include "libc/services.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(Services, PortIsANumberOrAKnownName) {
  const struct {
    const char* name;
    const char* service;
    int port;
  } cases[] = {
      {"none", nullptr, 0},
      {"empty", "", 0},
      {"number", "1104", 1104},
      {"largest number", "65535", 65535},
      {"number too large", "65536", -1},
      {"negative number", "-1", -1},
      {"number with a tail", "80x", -1},
      {"name", "mysql", 3306},
      {"unknown name", "gopher", -1},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(port_of(c.service), c.port);
  }
}

TEST(Services, AreFoundByNameAndByPortForTheProtocolAsked) {
  ASSERT_TRUE(service_named("domain", "udp"));
  EXPECT_STREQ(service_named("domain", "udp")->protocol, "udp");
  EXPECT_STREQ(service_named("domain", "tcp")->protocol, "tcp");
  EXPECT_EQ(service_named("mysql", "udp"), nullptr);
  ASSERT_TRUE(service_on(443));
  EXPECT_STREQ(service_on(443)->name, "https");
  EXPECT_EQ(service_on(443, "udp"), nullptr);
  EXPECT_EQ(service_on(1), nullptr);
}

}  // namespace
}  // namespace mega
