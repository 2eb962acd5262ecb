// What travels at the TLS door of the real binary: other versions, sessions and keys, a handshake
// that is none or not whole, bytes of others, and what a client shows to a stranger.
#include "tests/support/in_process_service.h"
#include "tests/support/relay.h"
#include "tests/support/tls_site.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace mega {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

TEST(TlsOnTheWire, HasNoOlderVersion) {
  const TlsSite site;
  const Words shown = site.holder("db1", "reader");
  for (const char* flag : {"-tls1_2", "-no_tls1_3"}) {
    SCOPED_TRACE(flag);
    OpensslPeer peer = site.peer(shown + Words{flag});
    EXPECT_EQ(peer.ask("whoami"), "");
    EXPECT_THAT(peer.last_words(), HasSubstr("alert protocol version"));
  }
  EXPECT_TRUE(site.serves());
}

TEST(TlsOnTheWire, LeavesNoSessionToComeBackWith) {
  const TlsSite site;
  const std::string session = site.scratch / "session.pem";
  {
    OpensslPeer peer = site.peer(site.holder("db1", "reader") + Words{"-sess_out", session});
    EXPECT_THAT(peer.ask("whoami"), HasSubstr(code_done));
    EXPECT_THAT(peer.ask("whoami"), HasSubstr(code_done)) << "a ticket would have come by now";
  }
  EXPECT_FALSE(std::filesystem::exists(session));
}

TEST(TlsOnTheWire, GoesOnWithNewKeys) {
  const TlsSite site;
  OpensslPeer peer = site.peer(site.holder("db1", "reader") + Words{"-no_ign_eof"});
  for (const char* command : {"k\n", "K\n"}) {  // new keys of its own; of both sides
    SCOPED_TRACE(command);
    const std::size_t before = peer.says().size();
    peer.inside().send(command);
    EXPECT_TRUE(
        eventually([&] { return peer.says().find("KEYUPDATE", before) != std::string::npos; }));
    EXPECT_THAT(peer.ask("whoami"), HasSubstr(code_done));
    EXPECT_THAT(peer.ask("get_all_server"), HasSubstr(code_done));
  }
}

TEST(TlsOnTheWire, EndsWithAHelloThatIsNoneForItsSenderOnly) {
  const TlsSite site;
  const std::string hello = site.client_hello();
  std::string empty_records;
  for (int i = 0; i < 100; ++i) empty_records += std::string("\x16\x03\x01\x00\x00", 5);
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"HTTP behind the first byte of TLS", "\x16GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"records of no length", empty_records},
      {"noise in a record", std::string("\x16\x03\x01\x00\x20", 5) + std::string(32, 'x')},
      {"a hello that was changed", hello.substr(0, 9) + std::string(hello.size() - 9, '\xff')},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Peer peer = Peer::to_port(site.server.port());
    peer.send(c.bytes);
    EXPECT_TRUE(peer.closed());
    EXPECT_TRUE(site.serves());
  }
}

TEST(TlsOnTheWire, IsHeldUpByNobodysHalfHello) {
  const TlsSite site;
  const std::string hello = site.client_hello();
  std::vector<Peer> slow;
  for (int i = 0; i < 16; ++i) {
    slow.push_back(Peer::to_port(site.server.port()));
    ASSERT_TRUE(slow.back().send(hello.substr(0, hello.size() / 2)));
  }
  EXPECT_TRUE(site.serves()) << "long before limits.frame_time has passed";
}

TEST(TlsOnTheWire, EndsWithAHelloThatIsNeverWhole) {
  const TlsSite site({"--limits-frame-time", "300ms"});
  const std::string hello = site.client_hello();
  Peer slow = Peer::to_port(site.server.port());
  ASSERT_TRUE(slow.send(hello.substr(0, hello.size() / 2)));
  EXPECT_EQ(site.server.mega({"call", "whoami"}).code, 0);
  EXPECT_TRUE(slow.closed());
}

TEST(TlsOnTheWire, ChangesNothingWhenItIsReplayed) {
  const TlsSite site;
  Relay relay(site.server.port());
  {
    OpensslPeer peer = site.peer_at(relay.port(), site.holder("deploy", "operator"));
    ASSERT_THAT(peer.ask("add_server", R"({"ip":"10.0.0.1"})"), HasSubstr(code_done));
    ASSERT_THAT(peer.ask("del_server", R"({"ip":"10.0.0.1"})"), HasSubstr(code_done));
  }
  const std::string& recorded = relay.sent();
  const Words changes = site.audit({"--result", "done"});
  ASSERT_THAT(changes, ElementsAre("del_server", "add_server"));
  for (const std::size_t piece : {recorded.size(), std::size_t{100}}) {
    SCOPED_TRACE(piece);
    Peer replay = Peer::to_port(site.server.port());
    replay.send_in_pieces(recorded, piece);
    replay.end_sending();
    EXPECT_TRUE(replay.closed());
    EXPECT_EQ(site.audit({"--result", "done"}), changes);
  }
}

TEST(TlsOnTheWire, ShowsAnotherSiteNothingButAHello) {
  const TlsSite site, other;
  Relay relay(site.server.port());
  const std::string token =
      other.token({"--role", "agent", "--address", "127.0.0.1:" + std::to_string(relay.port())});
  const Finished refused = site.join(token, "db1");
  EXPECT_EQ(refused.code, 6) << refused.errors;
  EXPECT_THAT(refused.errors, HasSubstr("another site"));
  const std::string& sent = relay.sent();
  ASSERT_GT(sent.size(), 6u);
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(sent[at]); };
  EXPECT_EQ(byte(0), 22) << "a handshake record";
  EXPECT_EQ(byte(5), 1) << "a ClientHello";
  EXPECT_EQ(byte(3) * 256u + byte(4) + 5, sent.size()) << "and nothing behind it";
}

TEST(TlsOnTheWire, ComesInWhereTheLegacyDialectMayNot) {
  const auto legacy_answer = [](const TlsSite& site) {
    Peer legacy = Peer::to_port(site.server.port());
    legacy.send("0000000053{'HEAD': 'MEGA', 'VALUE': 'get_all_server'}EOF");
    return legacy.read_to_end();
  };
  EXPECT_EQ(legacy_answer(TlsSite()), "0000000017([], 0)EOF");
  const TlsSite site({"--legacy-allow", "10.0.0.0/8"});
  EXPECT_EQ(legacy_answer(site), "");
  EXPECT_THAT(site.peer(site.holder("db1", "reader")).ask("whoami"), HasSubstr(code_done));
}

TEST(TlsOnTheWire, ComesInWhereTheServerListensEverywhere) {
  const Scratch scratch;
  Child server({mega_binary(), "server", "--data", scratch / "data", "--listen", "0.0.0.0:0"},
               {{"HOME", scratch.path()}});
  const std::string ready = server.read_line();
  const std::string_view begin = "ready tcp=0.0.0.0:";
  ASSERT_THAT(ready, StartsWith(std::string(begin))) << server.errors();
  const auto port = static_cast<std::uint16_t>(std::stoi(ready.substr(begin.size())));
  OpensslPeer peer(port, {"-CAfile", scratch / "data/tls/ca.pem", "-verify_return_error"});
  EXPECT_THAT(peer.ask("whoami"), HasSubstr(code_not_allowed));
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), 0) << server.errors();
}

}  // namespace
}  // namespace mega
