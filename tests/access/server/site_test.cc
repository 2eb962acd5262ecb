#include "access/server/site.h"
#include "tests/support/store.h"

#include "tests/support/scratch.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace mega {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

TEST(Site, IsReachedWhereItsServerSaysElseWhereItListens) {
  const struct {
    const char* name;
    std::string advertise;
    std::vector<std::string> listening;
    std::string want;
  } cases[] = {
      {"host and port set", "mega.example:1204", {"127.0.0.1:7"}, "mega.example:1204"},
      {"the port that it listens on", "mega.example", {"127.0.0.1:1304"}, "mega.example:1304"},
      {"an IPv6 address set", "fd00::1", {"127.0.0.1:1304"}, "[fd00::1]:1304"},
      {"only loopback", "", {"127.0.0.1:1104", "[::1]:1105"}, "127.0.0.1:1104"},
      {"what others reach", "", {"127.0.0.1:1104", "10.0.0.1:1105"}, "10.0.0.1:1105"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto address = public_address(c.advertise, c.listening);
    ASSERT_TRUE(address) << address.error().message;
    EXPECT_EQ(*address, c.want);
  }
  EXPECT_FALSE(public_address("", {}));
}

TEST(Site, HasACertificateForItsHostAndForLoopback) {
  EXPECT_THAT(own_hosts(), AllOf(Contains("localhost"), Contains("127.0.0.1"), Contains("::1")));
}

TEST(Site, GetsNoNewCaInSilenceWhenItsCaIsGone) {
  const Scratch folder;
  const auto store = Store::open({.folder = folder.path()}, system_clock()).value();
  std::string first;
  {
    const auto authority = open_authority(folder.path(), store->access, NewCa::first_only);
    ASSERT_TRUE(authority) << authority.error().message;
    first = (*authority)->site();
    const std::string request = make_request(make_key().value(), "x").value();
    const auto issue = [&](const Grant& grant) { return (*authority)->issue(request, grant); };
    ASSERT_TRUE(store->access.add_token(
        {}, {.secret_hash = "h", .role = "agent", .expires = {system_clock().now().seconds + 60}}));
    const std::string pin =
        read_certificate((*authority)->issue(request, {.name = "x", .role = "agent"}).value())
            ->key_pin;
    std::string hex;
    for (const char c : pin) hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
    const auto joined =
        store->access.join({}, {.secret_hash = "h", .key_pin = hex, .name = "db1"}, issue);
    ASSERT_TRUE(joined) << joined.error().message;
  }
  std::filesystem::remove_all(folder / "tls");
  const auto refused = open_authority(folder.path(), store->access, NewCa::first_only);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::corrupt);
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("mega server restore"), HasSubstr("--new-ca")));
  EXPECT_FALSE(std::filesystem::exists(folder / "tls"));
  const auto anew = open_authority(folder.path(), store->access, NewCa::anew);
  ASSERT_TRUE(anew) << anew.error().message;
  EXPECT_NE((*anew)->site(), first);
}

}  // namespace
}  // namespace mega
