// Tokens, joining and revocation with the real binary on both sides, over TLS.
#include "tests/support/eventually.h"
#include "tests/support/mega_command.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"

#include "base/descriptor.h"

#include <arpa/inet.h>
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <random>
#include <sstream>
#include <thread>

namespace mega {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A host or a user with an identity folder of its own, on no server's host.
class Client {
 public:
  explicit Client(std::string folder) : folder_(std::move(folder)) {}

  Finished mega(std::vector<std::string> words) const {
    words.insert(words.begin(), mega_binary());
    return run_child(
        words,
        {{"MEGA_DATA", "/nonexistent"}, {"MEGA_TLS_DIR", folder_}, {"HOME", folder_ + "-home"}});
  }
  const std::string& folder() const { return folder_; }

 private:
  std::string folder_;
};

// What a token was printed as. `more` are flags.
std::string token_of(const ServerProcess& server, std::vector<std::string> more = {}) {
  std::vector<std::string> words{"server", "token", "--role", "agent"};
  words.insert(words.end(), more.begin(), more.end());
  const Finished made = server.mega(words);
  EXPECT_EQ(made.code, 0) << made.errors;
  EXPECT_THAT(made.errors, HasSubstr("which other hosts do not reach"));
  return made.output.substr(0, made.output.find('\n'));
}

class JoiningSite : public testing::Test {
 protected:
  Scratch scratch;
  Client client{scratch / "client"};
};

TEST_F(JoiningSite, TakesTheTokenFromAFileOrStandardInput) {
  const ServerProcess server(scratch / "data");
  const std::string file = scratch.write("token", token_of(server) + "\n");
  const Finished joined = client.mega({"join", "@" + file, "--name", "db1"});
  EXPECT_EQ(joined.code, 0) << joined.errors;
  const CommandEnd again = run_mega({.arguments = {"join", "-", "--name", "db2"},
                                     .input = token_of(server) + "\n",
                                     .environment = {{"MEGA_TLS_DIR", scratch / "other"}}});
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_EQ(client.mega({"join", "@" + scratch / "none"}).code, 7);
  EXPECT_EQ(run_mega({.arguments = {"join", "-"}}).code, 2) << "no token at all";
}

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A server that takes connections and says nothing.
class Silence {
 public:
  Silence() {
    sockaddr_in any{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof any;
    auto* address = reinterpret_cast<sockaddr*>(&any);
    EXPECT_EQ(::bind(*listening_, address, size), 0);
    EXPECT_EQ(::listen(*listening_, 1), 0);
    EXPECT_EQ(::getsockname(*listening_, address, &size), 0);
    port_ = ntohs(any.sin_port);
  }
  std::string address() const { return fmt::format("127.0.0.1:{}", port_); }
  void accept() { taken_ = Descriptor(::accept4(*listening_, nullptr, nullptr, SOCK_CLOEXEC)); }

 private:
  const Descriptor listening_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  Descriptor taken_;
  std::uint16_t port_ = 0;
};

TEST_F(JoiningSite, ShowsNoTokenInTheListOfProcesses) {
  const ServerProcess server(scratch / "data");
  Silence silence;
  const std::string token = token_of(server, {"--address", silence.address()});
  Child join({mega_binary(), "join", token}, {{"MEGA_TLS_DIR", scratch / "tls"}});
  silence.accept();
  const std::string words = text_of("/proc/" + std::to_string(join.pid()) + "/cmdline");
  EXPECT_THAT(words, HasSubstr("join"));
  EXPECT_THAT(words, Not(HasSubstr("mega1-")));
}

TEST_F(JoiningSite, MakesAHostKnownUntilItIsRevoked) {
  const ServerProcess server(scratch / "data");
  const std::string token = token_of(server);
  const Finished joined = client.mega({"join", token, "--name", "db1"});
  ASSERT_EQ(joined.code, 0) << joined.errors;
  EXPECT_THAT(joined.output,
              AllOf(StartsWith("joined "), HasSubstr(" as db1 (agent) at 127.0.0.1:"),
                    HasSubstr("; certificate until ")));
  EXPECT_EQ(client.mega({"join", token, "--name", "db1"}).output, joined.output) << "again";

  const Finished ping = client.mega({"ping"});
  EXPECT_EQ(ping.code, 0) << ping.errors;
  EXPECT_THAT(ping.output, HasSubstr("knows you as db1 (agent)"));
  EXPECT_THAT(server.mega({"server", "clients"}).output, HasSubstr("db1"));

  EXPECT_EQ(server.mega({"server", "revoke", "db2"}).code, 7);
  EXPECT_EQ(server.mega({"server", "revoke", "db1"}).code, 0);
  const Finished refused = client.mega({"ping"});
  EXPECT_EQ(refused.code, 6);
  EXPECT_THAT(server.mega({"server", "clients", "--all"}).output, HasSubstr("revoked"));

  EXPECT_EQ(client.mega({"join", token_of(server)}).code, 0) << "with a new token";
  EXPECT_EQ(client.mega({"ping"}).code, 0);
}

TEST_F(JoiningSite, RefusesWhatIsWrongAndChangesNothing) {
  const ServerProcess server(scratch / "data"), other(scratch / "other");
  const std::string token = token_of(server);
  std::string mistyped = token;
  mistyped[60] = token[60] == 'x' ? 'y' : 'x';
  const std::string elsewhere =
      token_of(other, {"--address", "127.0.0.1:" + std::to_string(server.port())});
  const struct {
    const char* name;
    std::vector<std::string> words;
    int code;
    const char* sentence;
  } cases[] = {
      {"mistyped", {"join", mistyped}, 2, "mistyped"},
      {"no token", {"join", "mega"}, 2, "is no join token"},
      {"of another site", {"join", elsewhere}, 6, ""},
      {"a bad name", {"join", token, "--name", "a b"}, 2, "is no name"},
      {"a role that is not given away",
       {"server", "token", "--role", "admin", "--data", server.folder()},
       2,
       "want one of reader, agent, operator"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Finished refused = client.mega(c.words);
    EXPECT_EQ(refused.code, c.code) << refused.errors;
    EXPECT_EQ(refused.output, "");
    EXPECT_THAT(refused.errors, HasSubstr(c.sentence));
    EXPECT_FALSE(std::filesystem::exists(client.folder() + "/key.pem"));
  }
  ASSERT_EQ(client.mega({"join", token}).code, 0) << "it is unspent";
  const Finished spent = Client(scratch / "second").mega({"join", token, "--name", "db2"});
  EXPECT_EQ(spent.code, 6);
  EXPECT_THAT(spent.errors, HasSubstr("the token was spent by "));
  EXPECT_EQ(client.mega({"join", token_of(other)}).code, 5) << "joined elsewhere already";

  ASSERT_EQ(::chmod((client.folder() + "/key.pem").c_str(), 0644), 0);
  const Finished open = client.mega({"ping"});
  EXPECT_EQ(open.code, 6);
  EXPECT_THAT(open.errors, HasSubstr("chmod 600"));
}

TEST_F(JoiningSite, LeavesATokenSpentWithItsCertificateOrUnspentWhenTheServerDies) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 12; ++round) {
    SCOPED_TRACE(round);
    const Client host(scratch / ("host" + std::to_string(round)));
    const std::string name = "db" + std::to_string(round);
    std::string token;
    std::string listen;
    {
      ServerProcess server(scratch / "data");
      listen = "127.0.0.1:" + std::to_string(server.port());
      token = token_of(server);
      auto join = std::async(std::launch::async, [&] {
        return host.mega({"join", token, "--name", name}).code;
      });
      const int patience_us = std::uniform_int_distribution<int>(0, 60000)(random);
      std::this_thread::sleep_for(std::chrono::microseconds(patience_us));
      server.child().signal(SIGKILL);
      server.child().wait();
      join.wait();
    }
    Child again({mega_binary(), "server", "--data", scratch / "data", "--listen", listen},
                {{"HOME", scratch.path()}});
    ASSERT_THAT(again.read_line(), StartsWith("ready ")) << again.errors();
    const Finished finished = host.mega({"join", token, "--name", name});
    EXPECT_EQ(finished.code, 0) << finished.errors;
    EXPECT_EQ(host.mega({"ping"}).code, 0) << "with a certificate that works";
    EXPECT_EQ(Client(scratch / "thief").mega({"join", token, "--name", "thief"}).code, 6);
    again.signal(SIGTERM);
    EXPECT_EQ(again.wait(), 0) << again.errors();
  }
}

TEST_F(JoiningSite, LivesOnInABackup) {
  std::string listen;
  {
    ServerProcess server(scratch / "data");
    listen = "127.0.0.1:" + std::to_string(server.port());
    ASSERT_EQ(client.mega({"join", token_of(server)}).code, 0);
    ASSERT_EQ(server.mega({"server", "backup", scratch / "copy"}).code, 0);
    EXPECT_EQ(server.stop(), 0);
  }
  ASSERT_EQ(client.mega({"server", "restore", scratch / "copy", "--data", scratch / "new"}).code,
            0);
  Child server({mega_binary(), "server", "--data", scratch / "new", "--listen", listen},
               {{"HOME", scratch.path()}});
  ASSERT_THAT(server.read_line(), StartsWith("ready ")) << server.errors();
  const Finished ping = client.mega({"ping"});
  EXPECT_EQ(ping.code, 0) << "nobody has to join again: " << ping.errors;
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), 0);
}

TEST_F(JoiningSite, IsToldByInitBesideItsServer) {
  ServerProcess server(scratch / "data");
  const std::vector<std::string> words{"server", "init", "--data", scratch / "data"};
  const Finished told = client.mega(words);
  EXPECT_EQ(told.code, 0) << told.errors;
  EXPECT_THAT(told.output,
              AllOf(HasSubstr("in use by a server that runs"),
                    HasSubstr("CA           there already, site "), HasSubstr(", pin "),
                    HasSubstr("localhost"), HasSubstr(" until ")));
  EXPECT_EQ(client.mega({"server", "init", "--new-ca", "--data", scratch / "data"}).code, 5);
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(client.mega(words).output, HasSubstr(told.output.substr(told.output.find("CA  "))));
}

// What the server shows to whoever comes, as openssl prints it.
std::string shown_by(const ServerProcess& server) {
  return run_child({"openssl", "s_client", "-connect", fmt::format("127.0.0.1:{}", server.port())})
      .output;
}

TEST_F(JoiningSite, ShowsTheCertificateThatItsFileHasSinceSighup) {
  ServerProcess server(scratch / "data");
  ASSERT_EQ(client.mega({"join", token_of(server)}).code, 0);
  const std::string before = shown_by(server);
  std::filesystem::remove(scratch / "data/tls/server.pem");
  std::filesystem::remove(scratch / "data/tls/server.key");
  server.child().signal(SIGHUP);
  const auto is_told = [&] {
    return server.child().errors().find("certificate is another one") != std::string::npos;
  };
  ASSERT_TRUE(eventually(is_told)) << server.child().errors();
  const std::string after = shown_by(server);
  const auto begin = after.find("-----BEGIN CERTIFICATE-----");
  ASSERT_NE(begin, std::string::npos) << after;
  const std::string shown = after.substr(begin, after.find("-----END") - begin);
  EXPECT_THAT(before, Not(HasSubstr(shown)));
  std::stringstream file;
  file << std::ifstream(scratch / "data/tls/server.pem").rdbuf();
  EXPECT_THAT(file.str(), HasSubstr(shown));
  EXPECT_EQ(client.mega({"ping"}).code, 0) << "for the site it is the same server";
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(JoiningSite, IsMadeOnceByInit) {
  const std::vector<std::string> words{"server", "init", "--data", scratch / "data"};
  const Finished first = client.mega(words);
  ASSERT_EQ(first.code, 0) << first.errors;
  EXPECT_THAT(first.output, AllOf(HasSubstr("CA           made, site "), HasSubstr("localhost")));
  const Finished second = client.mega(words);
  ASSERT_EQ(second.code, 0) << second.errors;
  EXPECT_THAT(second.output, HasSubstr("CA           there already, site "));
  const auto site = first.output.find("site ");
  EXPECT_THAT(second.output, HasSubstr(first.output.substr(site, 37)));

  std::filesystem::remove(scratch / "data/tls/ca.key");
  const Finished refused = client.mega(words);
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.errors, HasSubstr("its key"));
  EXPECT_EQ(client.mega({"server", "init", "--new-ca", "--data", scratch / "data"}).code, 0);
}

}  // namespace
}  // namespace mega
