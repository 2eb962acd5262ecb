// The daemon of a host: the real binary on both sides, over TLS.
#include "base/clock.h"
#include "base/descriptor.h"
#include "base/file.h"
#include "net/socket_address.h"
#include "tests/support/daemon_process.h"
#include "tests/support/in_process_service.h"
#include "tests/support/notify_socket.h"
#include "tests/support/peer.h"
#include "tests/support/scratch.h"
#include "tests/support/tls_site.h"
#include "wire/legacy_frame.h"

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace mega {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DaemonOfAHost : public testing::Test {
 protected:
  Scratch scratch;
  TestHost host{scratch / "host"};
};

TEST_F(DaemonOfAHost, NeedsACertificate) {
  const Finished started = host.mega({"daemon", "--foreground"});
  EXPECT_EQ(started.code, 6);
  EXPECT_EQ(started.output, "");
  EXPECT_THAT(started.errors, HasSubstr("`mega join TOKEN`"));
  const Finished detached = host.mega({"daemon"});
  EXPECT_EQ(detached.code, 6);
  EXPECT_THAT(detached.errors, HasSubstr("`mega join TOKEN`"));
}

TEST_F(DaemonOfAHost, NeedsTheCertificateOfAnAgent) {
  const ServerProcess server(scratch / "data");
  const Finished token = server.mega({"server", "token", "--role", "operator"});
  ASSERT_EQ(host.mega({"join", token.output.substr(0, token.output.find('\n'))}).code, 0);
  const Finished started = host.mega({"daemon", "--foreground"});
  EXPECT_EQ(started.code, 6);
  EXPECT_THAT(started.errors, HasSubstr("--role agent"));
}

TEST_F(DaemonOfAHost, BeatsItsHeart) {
  const ServerProcess server(scratch / "data");
  host.join(server, "db1");
  DaemonProcess daemon(host);
  EXPECT_TRUE(eventually([&] { return !host.told("heartbeat").empty(); }))
      << daemon.child().errors();
  EXPECT_EQ(host.told("error"), "");
  EXPECT_EQ(daemon.stop(), 0);
}

// Long before the next one is due, which is after five minutes.
TEST_F(DaemonOfAHost, BeatsAgainSoonWhenTheServerWasTooBusy) {
  const ServerProcess server(scratch / "data", {"--limits-requests", "1", "--limits-waits", "1"});
  const TestHost other{scratch / "other"};
  host.join(server, "db1");
  other.join(server, "db2");
  {  // The address of both is db1's from now on: the other's heartbeats are refused.
    const DaemonProcess first(host);
    ASSERT_TRUE(eventually([&] { return !host.told("heartbeat").empty(); }));
  }
  const Finished task =
      server.mega({"run", "--detach", "--expires", "1h", "--on", "db2", "none.sh"});
  ASSERT_EQ(task.output, "1\n") << task.errors;
  // One occupies the one place to wait, the next the one place of a request. One that is about to wait
  // has that place for a moment, too: only refusals before and after a whole command show that it is
  // taken for long.
  const auto is_refused = [&] {
    Peer asks = Peer::to_port(server.port());
    asks.send(encode_legacy_frame("{'HEAD':'MEGA','VALUE':'get_all_owner'}"));
    return asks.read_to_end().empty();
  };
  std::vector<Peer> waiting;
  ASSERT_TRUE(eventually([&] {
    waiting.push_back(Peer::to_port(server.port()));
    waiting.back().send(
        encode_legacy_frame("{'HEAD':'MEGA','VALUE':'wait_task',"
                            "'ARGS':'task_id=1,since=1000000,wait_s=60'}"));
    const auto are_refused = [&] {
      for (int i = 0; i < 50; ++i) {
        if (!is_refused()) return false;
      }
      return true;
    };
    if (!are_refused()) return false;
    EXPECT_EQ(server.mega({"call", "get_all_owner"}).code, 0) << "the admin has places of its own";
    return are_refused();
  }));

  const DaemonProcess daemon(host);
  EXPECT_TRUE(daemon.says("heartbeat: as many requests are under way"));
  EXPECT_EQ(host.told("heartbeat"), "");
  const DaemonProcess ends_the_task(other);
  EXPECT_TRUE(eventually([&] { return !host.told("heartbeat").empty(); }));
  EXPECT_EQ(host.told("error"), "");
}

TEST_F(DaemonOfAHost, ComesBackWhenItsServerDoes) {
  auto server = std::make_unique<ServerProcess>(scratch / "data");
  const std::uint16_t port = server->port();
  host.join(*server, "db1");
  DaemonProcess daemon(host);
  ASSERT_TRUE(host.connects_to(port)) << daemon.child().errors();
  EXPECT_EQ(server->stop(), 0);
  EXPECT_TRUE(daemon.says("Connection refused"));
  server.reset();
  Child again({mega_binary(), "server", "--data", scratch / "data", "--listen",
               fmt::format("127.0.0.1:{}", port)},
              {{"HOME", scratch.path()}, {"MEGA_TLS_DIR", scratch / "none"}});
  ASSERT_THAT(again.read_line(), HasSubstr("ready"));
  EXPECT_TRUE(host.connects_to(port)) << daemon.child().errors();
  EXPECT_EQ(daemon.stop(), 0) << daemon.child().errors();
  again.signal(SIGTERM);
  EXPECT_EQ(again.wait(), 0);
}

TEST_F(DaemonOfAHost, StartsAgainAfterItWasKilled) {
  const ServerProcess server(scratch / "data");
  host.join(server, "db1");
  for (int i = 0; i < 3; ++i) {
    DaemonProcess daemon(host);
    ASSERT_TRUE(host.connects_to(server.port()));
    daemon.child().signal(SIGKILL);
    daemon.child().wait();
    EXPECT_TRUE(host.status().is_none());
  }
  DaemonProcess daemon(host);
  EXPECT_TRUE(host.connects_to(server.port()));
  EXPECT_EQ(daemon.stop(), 0);
}

TEST_F(DaemonOfAHost, IsOne) {
  const ServerProcess server(scratch / "data");
  host.join(server, "db1");
  DaemonProcess daemon(host);
  const Finished second = host.mega({"daemon", "--foreground", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(second.code, 5);
  EXPECT_THAT(second.errors, HasSubstr(fmt::format("pid {}", daemon.child().pid())));
  EXPECT_EQ(daemon.stop(), 0);
}

TEST_F(DaemonOfAHost, SaysThatItWasRevokedAndKeepsTrying) {
  const ServerProcess server(scratch / "data");
  host.join(server, "db1");
  DaemonProcess daemon(host);
  ASSERT_TRUE(host.connects_to(server.port()));
  ASSERT_EQ(server.mega({"server", "revoke", "db1"}).code, 0);
  EXPECT_TRUE(daemon.says("the certificate of \"db1\" was revoked"));
  EXPECT_TRUE(daemon.says("tried again every few minutes"));
  EXPECT_THAT(host.told("error"), HasSubstr("revoked"));
  EXPECT_NE(host.told("next_try"), "");
  // With a new token it is in again, without a restart.
  const Finished token = server.mega({"server", "token", "--role", "agent", "--name", "db1"});
  const std::string words = token.output.substr(0, token.output.find('\n'));
  ASSERT_EQ(host.mega({"join", words, "--force"}).code, 0);
  daemon.child().signal(SIGHUP);
  EXPECT_TRUE(host.connects_to(server.port())) << daemon.child().errors();
  EXPECT_EQ(daemon.stop(), 0);
}

TEST_F(DaemonOfAHost, TriesItsServersInTurn) {
  const ServerProcess server(scratch / "data");
  const ServerProcess other(scratch / "other");
  host.join(server, "db1");
  DaemonProcess daemon(
      host, {"--server", fmt::format("127.0.0.1:{}", other.port()), "--server",
             "no-such-host.invalid", "--server", fmt::format("127.0.0.1:{}", server.port())});
  EXPECT_TRUE(host.connects_to(server.port())) << daemon.child().errors();
  const Finished told = host.mega({"daemon", "status", "-o", "table"});
  EXPECT_THAT(told.output, HasSubstr(fmt::format("127.0.0.1:{}, no-such-host.invalid:1104, "
                                                 "127.0.0.1:{}\n",
                                                 other.port(), server.port())));
  EXPECT_EQ(daemon.stop(), 0);
  DaemonProcess lost(host, {"--server", fmt::format("127.0.0.1:{}", other.port()), "--server",
                            "no-such-host.invalid"});
  EXPECT_TRUE(lost.says("is not of this site")) << lost.child().errors();
  EXPECT_TRUE(eventually([&] { return host.told("error").find("; ") != std::string::npos; }))
      << host.told("error");
  EXPECT_THAT(host.told("error"),
              AllOf(HasSubstr("is not of this site"), HasSubstr("no-such-host.invalid")));
  EXPECT_EQ(lost.stop(), 0);
}

TEST_F(DaemonOfAHost, IsToldFromACopyWithItsCertificate) {
  ServerProcess server(scratch / "data", {"--keepalive-probe", "200ms"});
  host.join(server, "db1");
  DaemonProcess daemon(host);
  ASSERT_TRUE(host.connects_to(server.port()));
  const TestHost copy{scratch / "copy"};
  std::filesystem::create_directory(scratch / "copy");
  std::filesystem::copy(host.tls(), copy.tls());
  DaemonProcess other(copy);
  EXPECT_TRUE(eventually([&] {
    return server.child().errors().find("two daemons come as \"db1\"") != std::string::npos;
  })) << server.child().errors();
  EXPECT_EQ(other.stop(), 0);
  EXPECT_EQ(daemon.stop(), 0);
}

TEST_F(DaemonOfAHost, LeavesTheTerminalAndIsFoundThere) {
  const ServerProcess server(scratch / "data");
  host.join(server, "db1");
  const std::string pid_file = scratch / "daemon.pid";
  const std::vector<std::string> flags{"--listen", "127.0.0.1:0", "--daemon-pid", pid_file};
  const auto daemon = [&](const char* what) {
    std::vector<std::string> words{"daemon", what};
    words.insert(words.end(), flags.begin(), flags.end());
    return host.mega(words);
  };
  EXPECT_EQ(host.mega({"daemon", "status"}).code, 4);
  EXPECT_EQ(host.mega({"daemon", "stop"}).code, 4);
  const Finished started = daemon("start");
  ASSERT_EQ(started.code, 0) << started.errors;
  EXPECT_THAT(started.output, HasSubstr("ready tcp=127.0.0.1:"));
  EXPECT_TRUE(host.connects_to(server.port()));
  EXPECT_EQ(daemon("start").code, 5);
  const std::string pid = scratch.read("daemon.pid");
  ASSERT_NE(pid, "");
  const Finished restarted = daemon("restart");
  EXPECT_EQ(restarted.code, 0) << restarted.errors;
  EXPECT_NE(scratch.read("daemon.pid"), pid);
  const Finished stopped = host.mega({"daemon", "stop"});
  EXPECT_EQ(stopped.code, 0) << stopped.errors;
  EXPECT_EQ(host.mega({"daemon", "status"}).code, 4);
  EXPECT_FALSE(std::filesystem::exists(pid_file));
  EXPECT_THAT(scratch.read("host/agent/mega_client.log"),
              AllOf(HasSubstr("connected to 127.0.0.1"), HasSubstr("stopped")));
}

TEST_F(DaemonOfAHost, GoesOnWhenItCannotBeRestarted) {
  const ServerProcess server(scratch / "data");
  host.join(server, "db1");
  const std::string own_file = scratch.write("my.cnf", "[mysqld]\n");
  const Finished misled =
      host.mega({"daemon", "--listen", "127.0.0.1:0", "--daemon-pid", own_file});
  EXPECT_EQ(misled.code, 5);
  EXPECT_THAT(misled.errors, HasSubstr("something else than a pid"));
  EXPECT_EQ(scratch.read("my.cnf"), "[mysqld]\n");

  DaemonProcess daemon(host);
  EXPECT_EQ(host.mega({"daemon", "restart", "--listen", "nowhere"}).code, 2);
  EXPECT_EQ(host.mega({"daemon", "status"}).code, 0);
  EXPECT_EQ(daemon.stop(), 0);
}

TEST_F(DaemonOfAHost, ThatIsFrozenIsToldFromOneThatIsNotThere) {
  const ServerProcess server(scratch / "data");
  host.join(server, "db1");
  DaemonProcess daemon(host);
  daemon.child().signal(SIGSTOP);
  const Finished asked = host.mega({"daemon", "status"});
  EXPECT_EQ(asked.code, 4);
  EXPECT_THAT(asked.errors,
              HasSubstr(fmt::format("pid {}) runs, and has not answered", daemon.child().pid())));
  daemon.child().signal(SIGCONT);
  EXPECT_EQ(daemon.stop(), 0);
}

TEST_F(DaemonOfAHost, FindsWhatWasNamedFromWhereItWasStarted) {
  const ServerProcess server(scratch / "data");
  host.join(server, "db1");
  const std::string data = std::filesystem::relative(host.data());
  const std::string tls = std::filesystem::relative(host.tls());
  const Finished started =
      host.mega({"daemon", "--data", data, "--tls-dir", tls, "--listen", "127.0.0.1:0"});
  ASSERT_EQ(started.code, 0) << started.errors;
  EXPECT_TRUE(host.connects_to(server.port()));
  const Finished stopped = host.mega({"daemon", "stop", "--data", data});
  EXPECT_EQ(stopped.code, 0) << stopped.errors;
}

TEST_F(DaemonOfAHost, TellsTheServiceManager) {
  const ServerProcess server(scratch / "data");
  host.join(server, "db1");
  for (const std::string& name : {scratch / "notify", fmt::format("@mega-test-{}", ::getpid())}) {
    SCOPED_TRACE(name);
    NotifySocket manager(name);
    DaemonProcess daemon(host, {}, {{"NOTIFY_SOCKET", name}, {"WATCHDOG_USEC", "100000"}});
    EXPECT_TRUE(manager.hears("READY=1"));
    EXPECT_TRUE(manager.hears("STATUS=connected to 127.0.0.1:"));
    EXPECT_TRUE(manager.hears("WATCHDOG=1"));
    EXPECT_TRUE(manager.hears("WATCHDOG=1"));
    daemon.child().signal(SIGTERM);
    EXPECT_TRUE(manager.hears("STOPPING=1"));
    EXPECT_EQ(daemon.child().wait(), 0);
  }
}

TEST_F(DaemonOfAHost, StopsWhileAServerDoesNotAnswer) {
  const ServerProcess server(scratch / "data");
  host.join(server, "db1");
  const Descriptor silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto any = SocketAddress::ip("127.0.0.1", 0);
  ASSERT_EQ(::bind(*silent, any->data(), any->size()), 0);
  ASSERT_EQ(::listen(*silent, 8), 0);
  DaemonProcess daemon(
      host, {"--server", fmt::format("127.0.0.1:{}", SocketAddress::of(*silent)->port())});
  EXPECT_EQ(daemon.stop(), 0) << daemon.child().errors();
  EXPECT_THAT(daemon.child().errors(), HasSubstr("stopped"));
}

TEST_F(DaemonOfAHost, RunsScriptsForServersOf2014) {
  const ServerProcess server(scratch / "data");
  host.join(server, "db1");
  std::filesystem::create_directory(scratch / "scripts");
  ::chmod((scratch / "scripts").c_str(), 0755);
  for (const char* name : {"scripts/test.sh", "scripts/other.sh"}) {
    ::chmod(scratch.write(name, "echo \"argc=$# arg1=[$1]\"\n").c_str(), 0644);
  }
  DaemonProcess daemon(host, {"--script-dir", scratch / "scripts", "--legacy-scripts", "test.sh"});
  const auto ask = [&](std::string_view script) {
    Peer peer = Peer::to_port(daemon.port());
    peer.send(encode_legacy_frame(fmt::format(
        "{{'HEAD': 'MEGA', 'TARGET': 'bash', 'ARGS': 'hello', 'VALUE': '{}', 'TIME': 0, "
        "'TYPE': 0, 'CYCLE': 0}}",
        script)));
    return peer.read_to_end();
  };
  EXPECT_EQ(ask("test.sh"), "0000000036(0, 'argc=1 arg1=[hello]')EOF");
  EXPECT_EQ(ask("other.sh"), "");  // no bytes: programs of 2014 take -1 for success
  EXPECT_EQ(daemon.stop(), 0);
}

TEST_F(DaemonOfAHost, DropsALargeFrameAtItsPort) {
  const ServerProcess server(scratch / "data");
  host.join(server, "db1");
  DaemonProcess daemon(host);
  Peer peer = Peer::to_port(daemon.port());
  // Read to its end, so that the peer meets an orderly end and no reset.
  EXPECT_TRUE(peer.send(encode_legacy_frame(
      fmt::format("{{'VALUE': 'x.sh', 'ARGS': '{}'}}", std::string(8 << 20, 'x')))));
  EXPECT_EQ(peer.read_to_end(), "");
  EXPECT_TRUE(daemon.says("more than 1048576 bytes came in one frame"));
  EXPECT_EQ(daemon.stop(), 0);
}

TEST_F(DaemonOfAHost, AnswersRootWhileItsPortIsFull) {
  const ServerProcess server(scratch / "data");
  host.join(server, "db1");
  DaemonProcess daemon(host);
  std::vector<Descriptor> held;
  for (int i = 0; i < 300; ++i) {
    held.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto from = SocketAddress::ip(fmt::format("127.0.2.{}", i / 50 + 1), 0);
    const auto to = SocketAddress::ip("127.0.0.1", daemon.port());
    ASSERT_EQ(::bind(*held.back(), from->data(), from->size()), 0);
    ASSERT_EQ(::connect(*held.back(), to->data(), to->size()), 0);
  }
  EXPECT_TRUE(daemon.says("turned away"));
  EXPECT_EQ(host.told("name"), "db1");
  EXPECT_EQ(daemon.stop(), 0);
}

// The certificate of the former key stays valid for months.
TEST(DaemonDoor, IsClosedToTheFormerKeyOfTheServer) {
  TlsSite site;
  TestHost host(site.scratch / "host");
  host.join(site.server, "db1");
  DaemonProcess daemon(host);
  ASSERT_TRUE(host.connects_to(site.server.port()));
  const auto file = [&site](const std::string& name) {
    return site.server.folder() + "/tls/" + name;
  };
  constexpr std::size_t bytes_max = 64 << 10;
  const Words stolen = site.shown("stolen", read_file(file("server.pem"), bytes_max).value(),
                                  read_file(file("server.key"), bytes_max).value());
  const auto thief = [&] {
    return OpensslPeer(
        daemon.port(),
        Words{"-CAfile", site.ca(), "-verify_return_error", "-purpose", "any"} + stolen);
  };
  OpensslPeer before = thief();
  EXPECT_THAT(before.ask("status"), HasSubstr(code_done));

  // Certificates have whole seconds: the next one is later than that of the start.
  const Time start = system_clock().now();
  while (system_clock().now() == start) ::usleep(10'000);
  for (const char* name : {"server.key", "server.pem"}) std::filesystem::remove(file(name));
  ::kill(site.server.child().pid(), SIGHUP);
  EXPECT_TRUE(daemon.says("the site's servers have a new key"));
  OpensslPeer after = thief();
  EXPECT_THAT(after.ask("status"), Not(HasSubstr(code_done)));
  EXPECT_THAT(before.ask("status"), Not(HasSubstr(code_done))) << "on its connection of before";
  EXPECT_TRUE(host.connects_to(site.server.port()));
  EXPECT_EQ(daemon.stop(), 0);
}

TEST(DaemonDoor, IsForTheServersOfTheSite) {
  TlsSite site;
  TestHost host(site.scratch / "host");
  host.join(site.server, "db1");
  DaemonProcess daemon(host);
  const auto peer = [&](const Words& shown) {
    // An agent's certificate is not made for servers.
    return OpensslPeer(
        daemon.port(),
        Words{"-CAfile", site.ca(), "-verify_return_error", "-purpose", "any"} + shown);
  };
  OpensslPeer server = peer(site.holder("server2", "server"));
  EXPECT_THAT(server.ask("list_scripts"), HasSubstr(code_done));
  EXPECT_THAT(server.ask("status"), AllOf(HasSubstr(code_done), HasSubstr("\"name\":\"db1\"")));
  for (const char* role : {"operator", "agent", "reader"}) {
    SCOPED_TRACE(role);
    OpensslPeer other = peer(site.holder("deploy", role));
    EXPECT_THAT(other.ask("status"), Not(HasSubstr(code_done)));
  }
  OpensslPeer nobody = peer({});
  EXPECT_THAT(nobody.ask("status"), Not(HasSubstr(code_done)));
  EXPECT_EQ(daemon.stop(), 0);
}

}  // namespace
}  // namespace mega
