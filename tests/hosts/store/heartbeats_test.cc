#include "tests/support/fake_clock.h"
#include "tests/support/scratch.h"
#include "tests/support/store.h"
#include "trust/crypto.h"

#include <gmock/gmock.h>

#include <thread>

namespace mega {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const Author author{
    .who = "db1", .door = "tls", .peer = "p", .function = "client_ping", .args = ""};

Heartbeat heartbeat(const std::string& name, const std::string& ip,
                    std::vector<std::int64_t> ports = {}) {
  Heartbeat all{.name = name, .ip = ip, .version = "1.0"};
  all.instances.emplace();
  for (const std::int64_t port : ports) {
    all.instances->push_back({.port = port, .db_type = "MySQL", .version = "8.0.36"});
  }
  return all;
}

class Clients : public testing::Test {
 protected:
  void SetUp() override { open(); }
  void open() {
    store = nullptr;
    store = Store::open({.folder = folder.path(), .readers = 2}, clock).value();
  }
  bool take(const Heartbeat& one) { return store->hosts.take_heartbeat(author, one).value(); }

  // The texts of one column, row after row; numbers in digits.
  static std::vector<std::string> column(const Result<Rows>& rows, std::string_view name) {
    std::vector<std::string> texts;
    const std::size_t width = rows->columns->size();
    for (std::size_t i = 0; i < rows->cells.size(); ++i) {
      if ((*rows->columns)[i % width] != name) continue;
      const Value& cell = rows->cells[i];
      if (const auto* text = cell.as<std::string>()) texts.push_back(*text);
      if (const auto* number = cell.as<std::int64_t>()) texts.push_back(std::to_string(*number));
      if (const auto* time = cell.as<Time>()) texts.push_back(std::to_string(time->seconds));
      if (cell.is_none()) texts.emplace_back("none");
    }
    return texts;
  }
  std::vector<std::string> clients(std::string_view name) {
    return column(store->hosts.clients(), name);
  }
  std::vector<std::string> states(std::string_view where = "") {
    return column(store->hosts.discovered(where, 0), "state");
  }
  std::size_t audit_rows() { return store->audit.audit(0)->size(); }
  void certify(const std::string& name) {
    const std::string hash = "hash of " + name;
    ASSERT_TRUE(store->access.add_token(author, {.secret_hash = hash,
                                                 .role = "agent",
                                                 .name = name,
                                                 .expires = {clock.now().seconds + 60}}));
    const std::string key = make_key().value();
    const std::string request = make_request(key, name).value();
    const auto joined =
        store->access.join(author,
                           {.secret_hash = hash,
                            .key_pin = to_hex(pin_of_request(request).value()),
                            .address = "10.0.0.9"},
                           [&](const Grant& grant) { return issue(ca, ca_key, request, grant); });
    ASSERT_TRUE(joined) << joined.error().message;
  }

  FakeClock clock;
  Scratch folder;
  std::string ca_key = make_key().value();
  std::string ca = make_ca(ca_key, "test", clock.now()).value();
  std::unique_ptr<Store> store;
};

TEST_F(Clients, AreFoundForTasksByTheirAddressWhileItIsTheirsAlone) {
  const auto found = [&] {
    const std::string address = "10.0.0.9";
    return store->directory.task_hosts({&address, 1});
  };
  certify("db1");
  EXPECT_EQ(found().value().front().agent, "db1");
  certify("db2");
  EXPECT_EQ(found().error().message,
            "\"10.0.0.9\" is the address of 2 hosts: say which one, db1 or db2");
  ASSERT_TRUE(store->inventory.add_server(author, "10.0.0.9", {.name = "orders"}));
  EXPECT_EQ(found().value().front().host, "orders");
  ASSERT_TRUE(store->inventory.del_server(author, "10.0.0.9"));
  EXPECT_EQ(found().error().code, Errc::refused) << "the inventory says that it is offline";
}

TEST_F(Clients, AreKnownFromTheirFirstHeartbeat) {
  EXPECT_FALSE(take(heartbeat("db1", "10.0.0.9"))) << "the inventory has no such server";
  ASSERT_TRUE(store->inventory.add_server(author, "10.0.0.9", {}));
  EXPECT_TRUE(take(heartbeat("db1", "10.0.0.9")));
  EXPECT_THAT(clients("name"), ElementsAre("db1"));
  EXPECT_THAT(clients("registered"), ElementsAre("1"));
}

TEST_F(Clients, BindANameToAnAddressWithARowInTheAudit) {
  take(heartbeat("db1", "10.0.0.9"));
  EXPECT_EQ(audit_rows(), 1u);
  for (int i = 0; i < 5; ++i) take(heartbeat("db1", "10.0.0.9", {3306}));
  EXPECT_EQ(audit_rows(), 1u) << "which a heartbeat that says the same has not";
  take(heartbeat("db1", "10.0.0.12"));
  EXPECT_EQ(audit_rows(), 2u);
  EXPECT_THAT(column(store->audit.audit(1), "before"), ElementsAre(HasSubstr("10.0.0.9")));
  EXPECT_THAT(column(store->audit.audit(1), "after"), ElementsAre(HasSubstr("10.0.0.12")));
  EXPECT_EQ(store->hosts.address_of("db1").value(), "10.0.0.12");
}

TEST_F(Clients, AreWrittenTogetherAndReadAtOnce) {
  take(heartbeat("db1", "10.0.0.9"));
  take(heartbeat("db2", "10.0.0.10"));
  const Time first = clock.now();
  clock.advance(std::chrono::seconds(60));
  take(heartbeat("db1", "10.0.0.9"));  // written: the first for a while
  clock.advance(std::chrono::seconds(1));
  take(heartbeat("db2", "10.0.0.10"));  // waits
  EXPECT_THAT(clients("last_heartbeat"),
              ElementsAre(std::to_string(first.seconds + 60), std::to_string(first.seconds + 61)));
}

TEST_F(Clients, AreWrittenWhenTheStoreIsClosed) {
  take(heartbeat("db1", "10.0.0.9"));
  clock.advance(std::chrono::seconds(60));
  take(heartbeat("db1", "10.0.0.9"));
  clock.advance(std::chrono::seconds(1));
  take(heartbeat("db1", "10.0.0.9", {3306}));
  open();
  EXPECT_THAT(clients("last_heartbeat"), ElementsAre(std::to_string(clock.now().seconds)));
  EXPECT_THAT(clients("instances"), ElementsAre("1"));
}

TEST_F(Clients, KeepWhatRunsThereAsItComesAndGoes) {
  take(heartbeat("db1", "10.0.0.9", {3306, 3307}));
  const auto first = clock.now();
  clock.advance(std::chrono::seconds(60));
  take(heartbeat("db1", "10.0.0.9", {3307, 3308}));
  store->hosts.clients().value();  // writes it
  const auto rows = store->hosts.client_instances("db1");
  EXPECT_THAT(column(rows, "port"), ElementsAre("3307", "3308"));
  EXPECT_THAT(column(rows, "first_seen"),
              ElementsAre(std::to_string(first.seconds), std::to_string(first.seconds + 60)));
  Heartbeat silent = heartbeat("db1", "10.0.0.9");
  silent.instances.reset();
  clock.advance(std::chrono::seconds(60));
  take(silent);
  EXPECT_THAT(clients("instances"), ElementsAre("2")) << "a heartbeat that does not tell";
}

TEST_F(Clients, OfferWhatTheInventoryDoesNotHave) {
  for (const std::int64_t port : {3306, 3308, 3309}) {
    ASSERT_TRUE(store->inventory.add_instance(author, "10.0.0.9", port, {.version = "8.0"}));
  }
  ASSERT_TRUE(store->inventory.del_instance(author, "10.0.0.9", 3309));
  ASSERT_TRUE(store->inventory.mod_instance(author, "10.0.0.9", 3306, {.version = "5.7"}));
  Heartbeat told = heartbeat("db1", "10.0.0.9", {3306, 3307, 3309, 3310});
  told.instances->back().contained = true;
  take(told);
  EXPECT_THAT(column(store->hosts.discovered("", 0), "port"),
              ElementsAre("3306", "3307", "3308", "3309", "3310"));
  EXPECT_THAT(states(), ElementsAre("version", "found", "vanished", "offline", "contained"));
  EXPECT_THAT(states("state=found or port>3308"), ElementsAre("found", "offline", "contained"));
  EXPECT_EQ(store->hosts.discovered("", 2)->size(), 2u);
  EXPECT_THAT(store->hosts.discovered("stat=found", 0).error().message, HasSubstr("^"));
  EXPECT_THAT(clients("unknown"), ElementsAre("2"));
  EXPECT_THAT(clients("vanished"), ElementsAre("1"));
}

TEST_F(Clients, ThatDoNotLookForInstancesMissNone) {
  ASSERT_TRUE(store->inventory.add_instance(author, "10.0.0.9", 3306, {}));
  Heartbeat silent = heartbeat("10.0.0.9", "10.0.0.9");
  silent.instances.reset();
  take(silent);
  EXPECT_THAT(states(), ElementsAre());
  EXPECT_THAT(clients("vanished"), ElementsAre("0"));
}

TEST_F(Clients, KnowWhoHoldsAnAddress) {
  certify("db2");
  take(heartbeat("db2", "10.0.0.10"));
  ASSERT_TRUE(store->inventory.add_server(author, "10.0.0.10", {.name = "db1"}));
  const auto claim = store->hosts.host_claim("db1", "10.0.0.10").value();
  EXPECT_EQ(claim.holder, "db2");
  EXPECT_TRUE(claim.named);
  EXPECT_FALSE(claim.bound);
  EXPECT_TRUE(store->hosts.host_claim("db2", "10.0.0.10")->bound);
  EXPECT_EQ(store->hosts.host_claim("db2", "10.0.0.10")->holder, "");

  clock.advance(std::chrono::seconds(5));
  ASSERT_TRUE(store->access.revoke(author, "db2", false));
  EXPECT_EQ(store->hosts.host_claim("db1", "10.0.0.10")->holder, "")
      << "a revoked name holds nothing";
}

TEST_F(Clients, GiveAnAddressToOneNameOnly) {
  take(heartbeat("db2", "10.0.0.10"));
  take(heartbeat("10.0.0.11", "10.0.0.11"));  // a daemon of 2014
  take(heartbeat("db1", "10.0.0.10"));
  take(heartbeat("db3", "10.0.0.11"));
  EXPECT_THAT(clients("name"), ElementsAre("db1", "db2", "db3"));
  EXPECT_THAT(clients("ip"), ElementsAre("10.0.0.10", "", "10.0.0.11"));
}

// Many at once, while others read: every host is there, and each with its newest heartbeat.
TEST_F(Clients, ReportAllAtOnce) {
  constexpr int hosts = 8, beats = 20;
  std::vector<std::thread> daemons;
  for (int host = 0; host < hosts; ++host) {
    daemons.emplace_back([this, host] {
      for (int beat = 0; beat <= beats; ++beat) {
        Heartbeat told = heartbeat(fmt::format("db{}", host), fmt::format("10.0.0.{}", host + 1));
        told.uptime_s = beat;
        EXPECT_TRUE(store->hosts.take_heartbeat(author, told));
        if (beat % 5 == 0) {
          EXPECT_TRUE(store->hosts.clients());
        }
      }
    });
  }
  for (std::thread& daemon : daemons) daemon.join();
  EXPECT_EQ(clients("uptime"), std::vector<std::string>(hosts, std::to_string(beats)));
  EXPECT_EQ(audit_rows(), std::size_t{hosts});
}

TEST_F(Clients, AreForgottenWhenTheyAreGone) {
  take(heartbeat("db1", "10.0.0.9", {3306}));
  EXPECT_TRUE(store->hosts.del_client(author, "db1"));
  EXPECT_THAT(clients("name"), ElementsAre());
  EXPECT_THAT(states(), ElementsAre());
  const auto again = store->hosts.del_client(author, "db1");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::not_found);
}

TEST_F(Clients, LendTheirNamesToEachServerThatLeadsToThem) {
  certify("db1");
  take(heartbeat("db1", "10.0.0.9"));
  ASSERT_TRUE(store->inventory.add_server(author, "10.0.0.9", {.name = "web1"}).has_value());
  ASSERT_TRUE(store->inventory.add_server(author, "10.0.0.8", {.name = "DB1"}).has_value());
  ASSERT_TRUE(store->inventory.del_server(author, "10.0.0.8").has_value());
  const std::string asked = "web1";
  const auto hosts = store->directory.task_hosts({&asked, 1}).value();
  using Names = std::vector<std::string>;
  EXPECT_THAT(store->directory.daemon_names(hosts).value(),
              testing::UnorderedElementsAre(Names{"web1", "10.0.0.9", "db1"},
                                            Names{"db1", "10.0.0.9"}, Names{"db1", "10.0.0.8"}));
}

TEST_F(Clients, OfPeersOf2014ThatAreNotInTheInventoryAreAtMostAThousand) {
  const auto memory = Store::open_in_memory(clock).value();
  HostStore& hosts = memory->hosts;
  for (int i = 0; i < 1001; ++i) {
    const std::string ip = fmt::format("127.0.{}.{}", i / 250, i % 250 + 1);
    EXPECT_FALSE(hosts.take_heartbeat(author, heartbeat(ip, ip)).value());
  }
  EXPECT_EQ(hosts.clients()->size(), 1000u);
  ASSERT_TRUE(memory->inventory.add_server(author, "10.0.0.1", {}).has_value());
  EXPECT_TRUE(hosts.take_heartbeat(author, heartbeat("10.0.0.1", "10.0.0.1")).value())
      << "the inventory has it";
  EXPECT_FALSE(hosts.take_heartbeat(author, heartbeat("db7", "10.0.0.7")).value())
      << "it has a certificate";
  EXPECT_EQ(hosts.clients()->size(), 1002u);
}

}  // namespace
}  // namespace mega
