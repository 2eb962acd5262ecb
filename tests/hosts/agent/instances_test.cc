// Real servers, and programs that call themselves so.
#include "hosts/agent/instances.h"

#include "tests/support/in_process_service.h"
#include "tests/support/mariadb.h"
#include "tests/support/tls_site.h"
#include "value/json.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>

namespace mega {
namespace {

// The instance on that port; others may run on this machine.
std::optional<FoundInstance> on_port(const std::vector<FoundInstance>& all, std::int64_t port) {
  const auto found = std::ranges::find(all, port, &FoundInstance::port);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

std::optional<FoundInstance> at_socket(const std::vector<FoundInstance>& all,
                                       const std::string& path) {
  const auto found = std::ranges::find(all, path, &FoundInstance::socket);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

// A program of that name which sends these bytes to whoever connects, by TCP and at a unix socket,
// and then closes; without bytes it leaves them waiting.
class Impostor {
 public:
  Impostor(const std::string& name, const std::string& greeting_in_python,
           const std::vector<std::string>& by = {}, const std::string& address = "127.0.0.1")
      : child_(by +
               Words{program(name), "-c", script(greeting_in_python), scratch_ / "s", address}) {
    port_ = std::stoi("0" + child_.read_line());
    EXPECT_NE(port_, 0) << child_.errors();
  }
  std::int64_t port() const { return port_; }
  std::string socket() const { return scratch_ / "s"; }

 private:
  std::string program(const std::string& name) const {
    std::filesystem::copy_file(std::filesystem::canonical("/usr/bin/python3"), scratch_ / name);
    return scratch_ / name;
  }
  static std::string script(const std::string& greeting) {
    return "import socket,sys,select\n"
           "t=socket.create_server((sys.argv[2],0)); u=socket.socket(socket.AF_UNIX)\n"
           "u.bind(sys.argv[1]); u.listen(); held=[]; print(t.getsockname()[1],flush=True)\n"
           "while True:\n"
           "  for s in select.select([t,u],[],[])[0]:\n"
           "    c=s.accept()[0]; c.sendall(" +
           greeting + "); c.close()\n";
  }

  Scratch scratch_;
  Child child_;
  std::int64_t port_ = 0;
};

constexpr const char* mysql_8 =
    "b'\\x4a\\0\\0\\0\\n8.0.36\\0\\x0b\\0\\0\\0'+b'a'*8+b'\\0'+b'\\xff\\xff\\xff\\x02\\0\\xff\\xdf"
    "\\x15'+b'\\0'*10+b'b'*12+b'\\0caching_sha2_password\\0'";

TEST(Instances, AreFoundEachWithItsOwnPortSocketAndFolder) {
  const MariaDb one, two;
  InstanceFinder finder;
  const auto found = finder.find();
  for (const MariaDb* server : {&one, &two}) {
    const auto instance = on_port(found, server->port());
    ASSERT_TRUE(instance) << to_json(to_value(found));
    EXPECT_EQ(instance->socket, server->socket());
    EXPECT_EQ(instance->data_folder, server->data_folder());
    EXPECT_EQ(instance->type, "MariaDB");
    EXPECT_NE(instance->version.find("MariaDB"), std::string::npos);
    EXPECT_FALSE(instance->contained);
  }
}

TEST(Instances, AreGreetedOnceForEachStart) {
  auto server = std::make_unique<MariaDb>();
  InstanceFinder finder;
  const auto first = finder.find();
  const auto connections = finder.connections();
  ASSERT_TRUE(on_port(first, server->port()));
  EXPECT_EQ(finder.find(), first);
  EXPECT_EQ(finder.connections(), connections);

  const std::int64_t port = server->port();
  server = nullptr;
  EXPECT_FALSE(on_port(finder.find(), port));
  const MariaDb another;
  EXPECT_TRUE(on_port(finder.find(), another.port()));
  EXPECT_EQ(finder.connections(), connections + 1);
}

TEST(Instances, AreFoundWhenTheyListenAtAUnixSocketOnly) {
  const MariaDb server({"--skip-networking"});
  const auto instance = at_socket(InstanceFinder().find(), server.socket());
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->port, 0);
  EXPECT_EQ(instance->type, "MariaDB");
}

TEST(Instances, OfMysqlAreKnownByTheirGreeting) {
  const Impostor server("mysqld", mysql_8);
  const auto instance = on_port(InstanceFinder().find(), server.port());
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->type, "MySQL");
  EXPECT_EQ(instance->version, "8.0.36");
  EXPECT_EQ(instance->socket, server.socket());
}

TEST(Instances, AreNotOtherProgramsThatGreetAlike) {
  const Impostor server("proxy", mysql_8);
  EXPECT_FALSE(on_port(InstanceFinder().find(), server.port()));
}

// A server that starts, hangs or has too many connections is one all the same, and asked again.
TEST(Instances, AreThereWithoutAGreeting) {
  const Impostor server("mysqld", "b'\\x17\\0\\0\\0\\xff\\x10\\x04Too many connections'");
  InstanceFinder finder;
  const auto instance = on_port(finder.find(), server.port());
  ASSERT_TRUE(instance);
  EXPECT_EQ(instance->version, "");
  const auto connections = finder.connections();
  finder.find();
  EXPECT_GT(finder.connections(), connections);
}

// The impostors have three ports each; the finder waits for them in all, not for each.
TEST(Instances, ThatHangHoldNobodyUpForLong) {
  std::vector<std::unique_ptr<Impostor>> silent;
  for (int i = 0; i < 6; ++i) silent.push_back(std::make_unique<Impostor>("mariadbd", "b''"));
  const MariaDb other;
  InstanceFinder finder("/proc", {.of_user = std::chrono::milliseconds(800)});
  // The server may come after the impostors the first time, and comes before them afterwards.
  (void)finder.find();
  const auto connections = finder.connections();
  const auto found = finder.find();
  for (const auto& each : silent) EXPECT_TRUE(on_port(found, each->port()));
  const auto server = on_port(found, other.port());
  ASSERT_TRUE(server);
  EXPECT_NE(server->version, "");
  EXPECT_GT(finder.connections(), connections) << "the impostors are asked again";
}

TEST(Instances, LeaveOutTextThatTheServerOfTheSiteRefuses) {
  const auto told = [](FoundInstance instance) { return to_json(to_value({std::move(instance)})); };
  const std::string rest = "\"type\":\"MySQL\",\"version\":\"8.0.36\"}]";
  EXPECT_EQ(told({.socket = std::string(256, 's'),
                  .data_folder = "/\xff",
                  .type = "MySQL",
                  .version = "8.0.36"}),
            "[{\"port\":0,\"socket\":\"\",\"data\":\"\"," + rest);
  EXPECT_EQ(told({.socket = "/s", .data_folder = "/d", .type = "MySQL", .version = "8.0.36"}),
            "[{\"port\":0,\"socket\":\"/s\",\"data\":\"/d\"," + rest);
}

TEST(Instances, InTheNetworkOfAContainerAreToldApart) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root makes networks";
  const Impostor server("mysqld", mysql_8, {"unshare", "--net"}, "0.0.0.0");
  const auto instance = at_socket(InstanceFinder().find(), server.socket());
  ASSERT_TRUE(instance);
  EXPECT_TRUE(instance->contained);
  EXPECT_EQ(instance->port, server.port());
  EXPECT_EQ(instance->version, "8.0.36");
}

TEST(Instances, TravelAsMaps) {
  const std::vector<FoundInstance> found{
      {.port = 3306, .socket = "/s", .data_folder = "/d", .type = "MySQL", .version = "8.0.36"},
      {.port = 3306,
       .socket = "",
       .data_folder = "",
       .type = "",
       .version = "",
       .contained = true}};
  EXPECT_EQ(to_json(to_value(found)),
            R"([{"port":3306,"socket":"/s","data":"/d","type":"MySQL","version":"8.0.36"},)"
            R"({"port":3306,"socket":"","data":"","type":"","version":"","contained":true}])");
}

}  // namespace
}  // namespace mega
