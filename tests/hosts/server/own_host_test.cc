// Whose host is it: by address, by the inventory's name, by the heartbeats, and who holds it.
#include "hosts/server/own_host.h"

#include "base/host.h"
#include "tests/support/api_fixture.h"
#include "tests/support/site.h"
#include "trust/crypto.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;

class OwnHost : public ApiTest {
 protected:
  static Caller agent(const std::string& name, const std::string& from) {
    return {.door = Door::tls, .role = Role::agent, .name = name, .address = from, .peer = from};
  }
  bool admitted(const Caller& caller, const std::string& host) {
    const auto result = own_hosts.admit(caller, "client_ping", host);
    EXPECT_TRUE(result || result.error().code == Errc::not_allowed);
    return result.has_value();
  }
  // A heartbeat that must be taken.
  void ping(const Caller& caller, const std::string& host) {
    const auto result = outcome(caller, "client_ping", "'" + host + "'").result;
    EXPECT_TRUE(result) << (result ? "" : result.error().message);
  }
  void join(const std::string& name) {
    ASSERT_TRUE(store->access.add_token({}, {.secret_hash = name,
                                             .role = "agent",
                                             .name = name,
                                             .expires = {clock.now().seconds + 9}}));
    const std::string request = make_request(make_key().value(), name).value();
    const auto joined = store->access.join(
        {}, {.secret_hash = name, .key_pin = to_hex(pin_of_request(request).value())},
        [&](const Grant& grant) { return issue(ca, key, request, grant); });
    ASSERT_TRUE(joined) << joined.error().message;
  }

  std::string key = make_key().value();
  std::string ca = make_ca(key, "test", clock.now()).value();
};

TEST_F(OwnHost, IsWhereItCallsFrom) {
  EXPECT_TRUE(admitted(agent("db1", "10.0.0.9"), "10.0.0.9"));
  EXPECT_TRUE(admitted(agent("db1", "::ffff:10.0.0.9"), "10.0.0.9"));
  EXPECT_FALSE(admitted(agent("db1", "10.0.0.9"), "10.0.0.10"));
  EXPECT_FALSE(admitted(agent("db1", "10.0.0.9"), "db1"));
}

TEST_F(OwnHost, OverLoopbackIsTheServersOwn) {
  for (const std::string& own : host_addresses()) {
    EXPECT_TRUE(admitted(agent("db1", "127.0.0.1"), own)) << own;
    EXPECT_TRUE(admitted(agent("db1", "::1"), own)) << own;
    EXPECT_FALSE(admitted(agent("db1", "192.0.2.1"), own)) << own;
    EXPECT_FALSE(admitted(legacy_caller(), own)) << own;
  }
  EXPECT_FALSE(admitted(agent("db1", "127.0.0.1"), "192.0.2.1"));
}

TEST_F(OwnHost, IsTheServerOfItsName) {
  value("add_server", "'10.0.0.20',server_name='db1'");
  EXPECT_TRUE(admitted(agent("db1", "192.0.2.1"), "10.0.0.20")) << "behind another address";
  EXPECT_FALSE(admitted(agent("db2", "192.0.2.1"), "10.0.0.20"));
  EXPECT_FALSE(admitted(agent("DB1", "192.0.2.1"), "10.0.0.20"));
  value("del_server", "'10.0.0.20'");
  EXPECT_FALSE(admitted(agent("db1", "192.0.2.1"), "10.0.0.20")) << "one that was taken out";
}

TEST_F(OwnHost, IsWhereItsHeartbeatsAreOf) {
  ping(agent("db1", "10.0.0.9"), "10.0.0.9");
  EXPECT_TRUE(admitted(agent("db1", "192.0.2.1"), "10.0.0.9"));
  ping(agent("db1", "10.0.0.12"), "10.0.0.12");
  EXPECT_FALSE(admitted(agent("db1", "192.0.2.1"), "10.0.0.9")) << "it has moved";
  EXPECT_TRUE(admitted(agent("db1", "192.0.2.1"), "10.0.0.12"));
}

TEST_F(OwnHost, OfAnotherIsNotTakenByItsAddress) {
  join("db2");
  ping(agent("db2", "10.0.0.10"), "10.0.0.10");
  const auto refused = own_hosts.admit(agent("db1", "10.0.0.10"), "client_ping", "10.0.0.10");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::not_allowed);
  EXPECT_THAT(refused.error().message, HasSubstr("revoke \"db2\""));
  EXPECT_TRUE(admitted(agent("db2", "10.0.0.10"), "10.0.0.10"));

  value("revoke", "'db2'");
  EXPECT_TRUE(admitted(agent("db1", "10.0.0.10"), "10.0.0.10"));
}

TEST_F(OwnHost, OfAnotherIsNotTakenByTheInventorysName) {
  join("db2");
  ping(agent("db2", "10.0.0.10"), "10.0.0.10");
  value("add_server", "'10.0.0.10',server_name='db1'");
  EXPECT_FALSE(admitted(agent("db1", "192.0.2.1"), "10.0.0.10"));
  EXPECT_TRUE(admitted(agent("db1", "10.0.0.10"), "10.0.0.10")) << "name and address: it moved";
  ping(agent("db1", "10.0.0.10"), "10.0.0.10");
  EXPECT_FALSE(admitted(agent("db2", "192.0.2.1"), "10.0.0.10")) << "the former holder";
}

// Two hosts that have swapped addresses come back once the inventory says so.
TEST_F(OwnHost, MayBeSwapped) {
  for (const char* name : {"db1", "db2"}) join(name);
  ping(agent("db1", "10.0.0.1"), "10.0.0.1");
  ping(agent("db2", "10.0.0.2"), "10.0.0.2");
  EXPECT_FALSE(admitted(agent("db1", "10.0.0.2"), "10.0.0.2"));
  value("add_server", "'10.0.0.2',server_name='db1'");
  ping(agent("db1", "10.0.0.2"), "10.0.0.2");
  ping(agent("db2", "10.0.0.1"), "10.0.0.1");
}

TEST_F(OwnHost, OfAPeerOf2014IsItsAddressAlone) {
  value("add_server", "'10.0.0.20',server_name='127.0.0.1'");
  join("db2");
  ping(agent("db2", "127.0.0.1"), "127.0.0.1");
  EXPECT_TRUE(admitted(legacy_caller(), "127.0.0.1"));
  EXPECT_FALSE(admitted(legacy_caller(), "10.0.0.20"));
}

// Rules see the host of the heartbeats as well: behind another address it is no other host.
TEST_F(OwnHost, IsSeenByRulesUnderBothAddresses) {
  ping(agent("db1", "10.0.0.9"), "10.0.0.9");
  api.rules.push_back(parse_rule("agent may not call client_upgrade on 10.0.0.9").value());
  const auto refused = outcome(agent("db1", "192.0.2.1"), "client_upgrade").result;
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::not_allowed);
}

}  // namespace
}  // namespace mega
