// client_ping, get_all_client, get_client, del_client and get_discovered, as their callers see
// them.
#include "tests/support/api_fixture.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;

constexpr const char* full =
    "'10.0.0.9',version='0.9',name='db1.example',os='Debian',kernel='Linux 6',cpus=4,uptime=100,"
    "load=[0.5,1,2],memory={'total':10},disks=[{'folder':'/','used_percent':90}],"
    "addresses=['10.0.0.9'],instances=[{'port':3306,'socket':'/s','data':'/d','type':'MariaDB',"
    "'version':'10.11.6-MariaDB-log'}]";

class ClientFunctions : public ApiTest {
 protected:
  Result<Value> ping(std::string_view args, const Caller& caller = agent_caller()) {
    return outcome(caller, "client_ping", args).result;
  }
  // One that must be taken.
  void take(std::string_view args, const Caller& caller = agent_caller()) {
    const auto answer = ping(args, caller);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().message);
  }
};

TEST_F(ClientFunctions, TellADaemonWhatItNeeds) {
  heartbeats.keepalive = std::chrono::seconds(60);
  EXPECT_EQ(*ping(full), Value(Map{{"registered", false},
                                   {"time", clock.now()},
                                   {"settings", Map{{"keepalive", 60}}}}));
  value("add_server", "'10.0.0.9'");
  EXPECT_EQ(*ping(full)->as<Map>()->find(std::string_view("registered")), Value(true));
}

TEST_F(ClientFunctions, AnswerPeersOf2014AsTheyExpect) {
  const char* args = "'127.0.0.1',version='mega-client 0.1'";
  EXPECT_EQ(legacy_answer(legacy_caller(), "client_ping", args), "unregistered server");
  value("add_server", "'127.0.0.1'");
  EXPECT_EQ(legacy_answer(legacy_caller(), "client_ping", args), "1");
  EXPECT_EQ(legacy_answer(legacy_caller(), "client_ping", "'127.0.0.1'"), "1");
  EXPECT_EQ(legacy_answer(legacy_caller(), "client_ping", "'127.0.0.1',mood='good'"), "1");
  EXPECT_EQ(legacy_answer(legacy_caller(), "client_ping", "'127.0.0.2'"), "-1") << "another's";
  EXPECT_EQ(cell(value("get_all_client"), "name"), Value("127.0.0.1"));
}

TEST_F(ClientFunctions, ListHostsWithWhatIsNotAsItShouldBe) {
  take(full);
  const Value list = value("get_all_client");
  ASSERT_EQ(row_count(list), 1u);
  EXPECT_EQ(cell(list, "name"), Value("db1"));
  EXPECT_EQ(cell(list, "version"), Value("0.9"));
  EXPECT_EQ(cell(list, "last_heartbeat"), Value(clock.now()));
  EXPECT_EQ(cell(list, "drift"),
            Value(fmt::format("runs 0.9, the server {}; not in the inventory; 1 instance not in "
                              "the inventory",
                              MEGA_VERSION)));
  value("add_instance", "'10.0.0.9',3306");
  take(fmt::format("'10.0.0.9',version='{}',instances=[{{'port':3306}}],clock='{}'", MEGA_VERSION,
                   format_iso({clock.now().seconds + 75})));
  EXPECT_EQ(cell(value("get_all_client"), "drift"), Value("clock +75 s"));
  take(fmt::format("'10.0.0.9',version='{}',instances=[],clock='{}'", MEGA_VERSION,
                   format_iso(clock.now())));
  EXPECT_EQ(cell(value("get_all_client"), "drift"), Value("1 instance not found"));
}

TEST_F(ClientFunctions, KnowWhoIsOnlineFromConnections) {
  bool connected = true;
  FakePeers peers;
  peers.there = [&](std::string_view name) { return connected && name == "db1"; };
  api.services.add<Peers>(peers);
  take(full);
  EXPECT_EQ(cell(value("get_all_client"), "online"), Value(1));
  EXPECT_EQ(row_count(value("get_all_client", "stat=2")), 0u);
  connected = false;
  EXPECT_EQ(cell(value("get_all_client"), "online"), Value(0));
  EXPECT_EQ(row_count(value("get_all_client", "stat=1")), 0u);
}

TEST_F(ClientFunctions, KnowWhetherAPeerOf2014IsOnlineFromItsCalls) {
  FakePeers peers;
  api.services.add<Peers>(peers);
  take("'127.0.0.1'", legacy_caller());
  EXPECT_EQ(row_count(value("get_all_client", "stat=1")), 1u);
  clock.advance(2 * heartbeats.keepalive);
  EXPECT_EQ(row_count(value("get_all_client", "stat=1")), 1u) << "one that is late";
  clock.advance(std::chrono::minutes(2));
  EXPECT_EQ(row_count(value("get_all_client", "stat=1")), 0u);
}

TEST_F(ClientFunctions, ShowAllThatAHostHasTold) {
  take(full);
  const Value shown = value("get_client", "'db1'");
  const auto* map = shown.as<Map>();
  ASSERT_TRUE(map);
  const auto at = [&](std::string_view key) {
    const Value* found = map->find(key);
    return found ? *found : Value("(none)");
  };
  EXPECT_EQ(at("host_name"), Value("db1.example"));
  EXPECT_EQ(at("cpus"), Value(4));
  EXPECT_EQ(at("memory"), Value(Map{{"total", 10}}));
  EXPECT_EQ(cell(at("instances"), "version"), Value("10.11.6"));
  EXPECT_EQ(cell(at("instances"), "version_text"), Value("10.11.6-MariaDB-log"));
  EXPECT_EQ(value("get_client", "'10.0.0.9'"), shown);
  EXPECT_EQ(error("get_client", "'db2'").code, Errc::not_found);
}

TEST_F(ClientFunctions, OfferWhatIsFound) {
  take(full);
  const Value found = value("get_discovered", "where='state=found and version~10.11'");
  ASSERT_EQ(row_count(found), 1u);
  EXPECT_EQ(cell(found, "ip"), Value("10.0.0.9"));
  EXPECT_EQ(cell(found, "db_type"), Value("MariaDB"));
  EXPECT_EQ(cell(found, "since"), Value(clock.now()));
  value("add_instance", "'10.0.0.9',3306,instance_version='10.11.6'");
  EXPECT_EQ(row_count(value("get_discovered")), 0u);
}

TEST_F(ClientFunctions, RefuseAHeartbeatThatMakesNoSense) {
  const std::string long_text(40'000, 'x');
  const std::string cases[] = {
      "'10.0.0.9',instances=5",
      "'10.0.0.9',instances=[5]",
      "'10.0.0.9',instances=[{'port':70000}]",
      "'10.0.0.9',instances=[{'port':'3306'}]",
      "'10.0.0.9',instances=[{'port':1,'socket':5}]",
      "'10.0.0.9',instances=[{'port':1,'socket':'" + long_text + "'}]",
      "'10.0.0.9',disks='" + long_text + "'",
      "'10.0.0.9',mood='good'",
  };
  for (const std::string& args : cases) {
    SCOPED_TRACE(args.substr(0, 60));
    const auto refused = ping(args);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_argument);
  }
  EXPECT_EQ(row_count(value("get_all_client")), 0u);
}

TEST_F(ClientFunctions, AuditWhatBindsANameAndNothingElse) {
  take(full);
  take(full);
  const Value audit = value("get_audit");
  ASSERT_EQ(row_count(audit), 1u);
  EXPECT_EQ(cell(audit, "who"), Value("db1"));
  EXPECT_EQ(cell(audit, "args"), Value("ip='10.0.0.9',version=\"0.9\""));
  EXPECT_THAT(to_python(cell(audit, "after")), HasSubstr("10.0.0.9"));
}

TEST_F(ClientFunctions, ForgetAHostThatIsGone) {
  take(full);
  EXPECT_EQ(value("del_client", "'db1'"), Value(0));
  EXPECT_EQ(row_count(value("get_all_client")), 0u);
  EXPECT_EQ(error("del_client", "'db1'").code, Errc::not_found);
}

}  // namespace
}  // namespace mega
