#include "api/admission.h"

#include "tests/support/api_fixture.h"

namespace mega {
namespace {

// What a daemon says of its host, or of several.
Function of_a_host() {
  const Param<Value> host{"host", nullptr, "address of the host"};
  Function function;
  function.name = "ping_of";
  function.params = {host};
  function.permission = Permission::agent;
  function.host_param = "host";
  return function;
}

Result<void> admitted(const Caller& caller, const Function& function, Value host) {
  const auto args = bind(function, {.positional = {std::move(host)}, .named = {}}, true);
  const FakeClock clock;
  const auto store = Store::open_in_memory(clock).value();
  const OwnHosts own_hosts(store->hosts);
  Services services;
  services.add<const HostClaims>(own_hosts);
  return admit_host(services, caller, function, args.value());
}

TEST(AdmitHost, LetsACallerSpeakForItsOwnHostOnly) {
  Caller mapped = legacy_caller();
  mapped.address = "::ffff:127.0.0.1";
  Caller without = agent_caller();
  without.address = "";
  const struct {
    const char* name;
    Caller caller;
    Value host;
    bool admitted;
  } cases[] = {
      {"a peer of 2014 for itself", legacy_caller(), "127.0.0.1", true},
      {"a peer of 2014 for another", legacy_caller(), "127.0.0.2", false},
      {"an agent for itself", agent_caller(), "10.0.0.9", true},
      {"an agent for another", agent_caller(), "10.0.0.10", false},
      {"an agent for a longer address", agent_caller(), "10.0.0.99", false},
      {"an IPv4 peer of a socket for both", mapped, "127.0.0.1", true},
      {"the same, mapped", legacy_caller(), "::ffff:127.0.0.1", true},
      {"all of a list are its own", legacy_caller(), List{"127.0.0.1", "127.0.0.1"}, true},
      {"one of a list is not", legacy_caller(), List{"127.0.0.1", "127.0.0.2"}, false},
      {"one of a tuple is not", legacy_caller(), Tuple{{"127.0.0.2"}}, false},
      {"a list in a list", legacy_caller(), List{List{"127.0.0.1"}}, false},
      {"none is whoever asks", legacy_caller(), nullptr, true},
      {"no address at all", legacy_caller(), "db1", false},
      {"a map", legacy_caller(), Map{{"host", "127.0.0.1"}}, false},
      {"a caller without an address", without, "", false},
      {"an admin for anybody", admin_caller(), "10.0.0.10", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto result = admitted(c.caller, of_a_host(), c.host);
    EXPECT_EQ(result.has_value(), c.admitted);
    EXPECT_TRUE(result || result.error().code == Errc::not_allowed);
  }
}

TEST(AdmitHost, SaysWhoIsWhere) {
  const auto result = admitted(agent_caller(), of_a_host(), "10.0.0.10");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message,
            "ping_of is for the caller's own host only, and \"db1\" is at \"10.0.0.9\"");
}

// A function that forgets to say which host it is about is for admins only.
TEST(AdmitHost, RefusesAFunctionThatNamesNoHost) {
  Function function = of_a_host();
  function.host_param = {};
  EXPECT_FALSE(admitted(agent_caller(), function, "10.0.0.9").has_value());
  EXPECT_TRUE(admitted(admin_caller(), function, "10.0.0.9").has_value());
}

TEST(AdmitHost, LeavesOtherPermissionsAlone) {
  Function function = of_a_host();
  function.permission = Permission::read;
  EXPECT_TRUE(admitted(reader_caller(), function, "10.0.0.99").has_value());
}

}  // namespace
}  // namespace mega
