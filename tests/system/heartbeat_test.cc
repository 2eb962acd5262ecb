// Heartbeats and discovery with the real binary on both sides and a real database server.
#include "hosts/agent/heartbeat.h"
#include "net/client.h"
#include "tests/support/mariadb.h"
#include "tests/support/tls_site.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;
using testing::Not;

class HeartbeatSite : public testing::Test {
 protected:
  // A host that has joined as an agent, and what a command there says.
  Finished on_host(Words words, const std::string& name = "db1") const {
    words.insert(words.begin(), mega_binary());
    return run_child(words, {{"MEGA_DATA", "/nonexistent"},
                             {"MEGA_TLS_DIR", site.scratch / name},
                             {"HOME", site.scratch / "home"}});
  }
  void join(const std::string& name, const std::string& role) { site.joined(name, role); }

  // What this machine's daemon would tell, over the host's own connection.
  Result<Value> beat(const std::string& name = "db1") {
    const auto credentials =
        Credentials{.ca = site.scratch.read(name + "/ca.pem"),
                    .certificate = site.scratch.read(name + "/certificate.pem"),
                    .key = site.scratch.read(name + "/key.pem")};
    auto asker = Asker::open({.host = "127.0.0.1", .port = site.server.port()}, {}, credentials);
    if (!asker) return fail(asker.error());
    InstanceFinder finder;
    return (*asker)->ask(
        heartbeat(address_to_report("").value(), read_host_facts(system_clock()), finder.find()));
  }

  TlsSite site{{"--keepalive", "42s"}};
};

TEST_F(HeartbeatSite, IsReportedByPingOnAHostThatHasJoined) {
  join("db1", "agent");
  const Finished ping = on_host({"ping"});
  EXPECT_EQ(ping.code, 0) << ping.errors;
  EXPECT_THAT(ping.output, HasSubstr("heartbeat of "));
  EXPECT_THAT(ping.output, HasSubstr("the inventory does not have it"));
  const Finished listed = site.server.mega({"call", "get_all_client", "-o", "json"});
  EXPECT_THAT(listed.output, HasSubstr("\"db1\""));

  join("ada", "reader");
  const Finished reader = on_host({"ping"}, "ada");
  EXPECT_EQ(reader.code, 0) << reader.errors;
  EXPECT_THAT(reader.output, Not(HasSubstr("heartbeat")));
}

TEST_F(HeartbeatSite, TellsOfEveryInstanceAndTheyAreAdded) {
  const MariaDb one, two;
  join("db1", "agent");
  const auto answer = beat();
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(heartbeat_answer_from(*answer)->keepalive, std::chrono::seconds(42));

  const Finished found = site.server.mega({"discover"});
  EXPECT_EQ(found.code, 0) << found.errors;
  EXPECT_EQ(site.server.mega({"discover", "--where", "port==="}).code, 2);
  for (const MariaDb* server : {&one, &two}) {
    const std::string port = std::to_string(server->port());
    EXPECT_THAT(found.output, HasSubstr(port));
    const Finished added = site.server.mega({"discover", "--add", "--where", "port=" + port});
    EXPECT_EQ(added.code, 0) << added.errors;
    EXPECT_THAT(added.output, HasSubstr(":" + port + " MariaDB 1"));
    const Finished known =
        site.server.mega({"call", "search", "what=instance", "where=port=" + port, "-o", "json"});
    EXPECT_THAT(known.output, HasSubstr("\"db_type\": \"MariaDB\""));
    EXPECT_EQ(site.server.mega({"discover", "--where", "port=" + port, "-o", "json"}).output,
              "[]\n");
  }
}

TEST_F(HeartbeatSite, IsRefusedForAnothersHost) {
  join("db1", "agent");
  const Finished refused = on_host({"call", "client_ping", "ip=192.0.2.7"});
  EXPECT_EQ(refused.code, 6);
  EXPECT_THAT(refused.errors, HasSubstr("own host only"));
}

TEST_F(HeartbeatSite, TellsWhetherADaemonIsThere) {
  join("db1", "agent");
  EXPECT_EQ(site.server.mega({"ping", "--agent", "db1"}).code, 7);
  ASSERT_EQ(on_host({"ping"}).code, 0);
  const Finished ping = site.server.mega({"ping", "--agent", "db1"});
  EXPECT_EQ(ping.code, 4) << "a command has told of the host, and no daemon is there";
  EXPECT_THAT(ping.errors, HasSubstr("its last heartbeat was at 20"));
}

}  // namespace
}  // namespace mega
