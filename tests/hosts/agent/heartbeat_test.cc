#include "hosts/agent/heartbeat.h"
#include "hosts/store/host_model.h"

#include "base/host.h"
#include "net/socket_address.h"
#include "tests/support/fake_clock.h"
#include "value/json.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(Heartbeat, TellsAllInOneCall) {
  const Envelope call = heartbeat(
      "10.0.0.9", {.name = "db1", .os = "Debian", .kernel = "Linux 6", .clock = {0}},
      {{.port = 3306, .socket = "/s", .data_folder = "/d", .type = "MySQL", .version = "8"}});
  EXPECT_EQ(call.function, "client_ping");
  const auto* arguments = call.args.as<Map>();
  ASSERT_TRUE(arguments);
  for (const char* name :
       {"ip", "version", "name", "os", "kernel", "clock", "disks", "instances"}) {
    EXPECT_TRUE(arguments->find(std::string_view(name))) << name;
  }
}

TEST(Heartbeat, ReadsTheAnswersOfBothKindsOfServers) {
  const Value ours(Map{{"registered", false}, {"settings", Map{{"keepalive", 60}, {"x", "y"}}}});
  const auto answer = heartbeat_answer_from(ours);
  ASSERT_TRUE(answer);
  EXPECT_FALSE(answer->registered);
  EXPECT_EQ(answer->keepalive, std::chrono::seconds(60));
  EXPECT_EQ(answer->settings.size(), 2u);
  EXPECT_EQ(answer->servers_since, Time{});
  const Value after_a_new_key(
      Map{{"registered", true}, {"settings", Map{{"x", 1}, {"servers_since", 1'800'000'000}}}});
  EXPECT_EQ(heartbeat_answer_from(after_a_new_key)->servers_since, Time{1'800'000'000});
  EXPECT_TRUE(heartbeat_answer_from(Value(1))->registered);
  EXPECT_FALSE(heartbeat_answer_from(Value("unregistered server"))->registered);
  EXPECT_TRUE(heartbeat_answer_from(Value(Map{}))->registered);
  EXPECT_FALSE(heartbeat_answer_from(Value(List{})));
}

TEST(Heartbeat, IsOfTheAddressThatTheServerSees) {
  const auto own = host_addresses();
  for (const std::string& address : own) {
    EXPECT_EQ(address_to_report(host_and_port(address, 50003)).value(), address);
    EXPECT_EQ(address_to_report(address).value(), address);
  }
  EXPECT_EQ(address_to_report("127.0.0.7:50003").value(), "127.0.0.7");
  if (own.empty()) return;
  for (const char* other : {"127.0.0.1:50003", "192.0.2.1:1", "[::1]:5", "", "["}) {
    EXPECT_EQ(address_to_report(other).value(), own.front()) << other;
  }
}

TEST(Heartbeat, KeepsItsPaceWhenTheAnswerMakesNoSense) {
  for (const Value& keepalive : {Value(0), Value(-5), Value("60"), Value(1'000'000), Value()}) {
    const Value answer(Map{{"settings", Map{{"keepalive", keepalive}}}});
    EXPECT_EQ(heartbeat_answer_from(answer)->keepalive, std::nullopt);
  }
}

}  // namespace
}  // namespace mega
