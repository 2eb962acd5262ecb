// The TLS door of the real binary, met by a peer that somebody else wrote: openssl. TLS 1.3 refuses
// a client's certificate only after the client's own handshake is done, so each peer asks
// something, and reads what comes.
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "tests/support/in_process_service.h"
#include "tests/support/openssl_peer.h"
#include "tests/support/relay.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"
#include "trust/certificate.h"
#include "trust/crypto.h"
#include "trust/token.h"
#include "value/json.h"
#include "wire/frame.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace mega {
namespace {

using std::chrono::hours;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Words = std::vector<std::string>;

// In any payload of an answer.
constexpr const char* done = "\"CODE\":0";
constexpr const char* not_allowed = "\"CODE\":6";

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string text_at(const Value& row, std::string_view name) {
  const auto* map = row.as<Map>();
  const Value* cell = map ? map->find(name) : nullptr;
  const auto* text = cell ? cell->as<std::string>() : nullptr;
  return text ? *text : "";
}

// A server and those who come to it.
struct Site {
  explicit Site(const Words& flags = {}) : server(scratch / "data", flags) {}

  std::string ca() const { return server.folder() + "/tls/ca.pem"; }
  std::string ca_key() const { return server.folder() + "/tls/ca.key"; }

  // The flags of a peer that shows this; s_client reads files only.
  Words shown(const std::string& name, const std::string& certificate,
              const std::string& key) const {
    return {"-cert", scratch.write(name + ".pem", certificate), "-key",
            scratch.write(name + ".key", key)};
  }

  // Whoever the site's CA says, issued at another time perhaps.
  Words holder(const std::string& name, const std::string& role,
               Time now = system_clock().now()) const {
    const std::string key = make_key().value();
    const auto certificate =
        issue(read_file(ca(), 1 << 20).value(), read_file(ca_key(), 1 << 20).value(),
              make_request(key, name).value(), {.name = name, .role = role, .now = now});
    return shown(name, certificate.value(), key);
  }

  // Of the CA, as its certificates name it.
  std::string ca_name() const {
    const Finished shown =
        run_child({"openssl", "x509", "-in", ca(), "-noout", "-subject", "-nameopt", "RFC2253"});
    const std::string begin = "subject=CN=";
    EXPECT_THAT(shown.output, StartsWith(begin + "mega CA "));
    return shown.output.substr(begin.size(), shown.output.find('\n') - begin.size());
  }

  // Another CA made by openssl, whose certificates say the same as this site's.
  Words holder_of_another_ca(const std::string& ca_name, const std::string& name) const {
    const std::string key = scratch / (name + "-ca.key"),
                      certificate = scratch / (name + "-ca.pem");
    openssl({"genpkey", "-algorithm", "ed25519", "-out", key});
    openssl({"req", "-x509", "-new", "-key", key, "-subj", "/CN=" + ca_name, "-out", certificate});
    return signed_by(certificate, key, name);
  }

  // A reader's certificate with the words of this site, by openssl from first to last.
  Words signed_by(const std::string& issuer, const std::string& issuer_key,
                  const std::string& name) const {
    const std::string key = scratch / (name + ".key"), request = scratch / (name + ".csr"),
                      certificate = scratch / (name + ".pem");
    openssl({"genpkey", "-algorithm", "ed25519", "-out", key});
    openssl({"req", "-new", "-key", key, "-subj",
             "/O=" + site_of(pin_of(read_file(ca(), 1 << 20).value()).value()) +
                 "/OU=reader/CN=" + name,
             "-out", request});
    openssl({"x509", "-req", "-in", request, "-CA", issuer, "-CAkey", issuer_key, "-CAcreateserial",
             "-days", "30", "-out", certificate});
    return {"-cert", certificate, "-key", key};
  }

  std::string token(const Words& more) const {
    const Finished made = server.mega(Words{"server", "token"} + more);
    EXPECT_EQ(made.code, 0) << made.errors;
    return made.output.substr(0, made.output.find('\n'));
  }
  Finished join(const std::string& token, const std::string& name) const {
    return run_child({mega_binary(), "join", token, "--name", name},
                     {{"MEGA_TLS_DIR", scratch / name}, {"HOME", scratch.path()}});
  }
  // Who has joined as people do.
  Words joined(const std::string& name, const std::string& role) const {
    const Finished joined = join(token({"--role", role}), name);
    EXPECT_EQ(joined.code, 0) << joined.errors;
    return {"-cert", scratch / (name + "/certificate.pem"), "-key", scratch / (name + "/key.pem")};
  }

  // s_client that wants to see this server, and shows what `flags` say.
  OpensslPeer peer(const Words& flags = {}) const { return peer_at(server.port(), flags); }
  OpensslPeer peer_at(std::uint16_t port, const Words& flags) const {
    return {port,
            Words{"-CAfile", ca(), "-verify_return_error", "-verify_ip", "127.0.0.1"} + flags};
  }

  // The functions of those rows of the audit, the newest first.
  Words audit(const Words& flags) const {
    const Finished listed =
        server.mega(Words{"server", "audit", "--count", "0", "-o", "json"} + flags);
    EXPECT_EQ(listed.code, 0) << listed.errors;
    const auto rows = parse_json(listed.output);
    Words functions;
    if (const auto* list = rows ? rows->as<List>() : nullptr) {
      for (const Value& row : *list) functions.push_back(text_at(row, "function"));
    }
    return functions;
  }
  // A connection that was refused gets its row in its own time.
  bool audit_has_refused(std::size_t connections) const {
    return eventually([&] {
      return audit({"--refused", "--door", "tls", "--function", "(connection)"}).size() ==
             connections;
    });
  }
  bool serves() const {
    return server.mega({"call", "whoami"}).code == 0 &&
           peer(holder("served", "reader")).ask("whoami").find(done) != std::string::npos;
  }

  const Scratch scratch;
  ServerProcess server;
};

TEST(ForeignPeer, IsKnownByItsCertificateAndKnowsTheServerByIts) {
  const Site site;
  OpensslPeer peer = site.peer(site.joined("db1", "agent"));
  // Written by hand: the frame of PROTOCOL.md.
  peer.inside().send(R"(0000000035{"ID":1,"VALUE":"whoami"}EOF)");
  EXPECT_THAT(peer.inside().read_frame(),
              AllOf(HasSubstr(done), HasSubstr(R"("name":"db1")"), HasSubstr(R"("role":"agent")"),
                    HasSubstr(R"("door":"tls")")));
  EXPECT_THAT(peer.says(),
              AllOf(HasSubstr("TLSv1.3"), HasSubstr("OU = server"), HasSubstr("Verification: OK")));
}

TEST(ForeignPeer, JoinsWithNothingOfMega) {
  const Site site;
  const auto token = parse_token(site.token({"--role", "operator"})).value();
  const std::string key = site.scratch / "key.pem", request = site.scratch / "request.pem";
  openssl({"genpkey", "-algorithm", "ed25519", "-out", key});
  openssl({"req", "-new", "-key", key, "-subj", "/CN=whatever", "-out", request});
  const std::string args = to_json(Value(Map{{"secret", to_hex(token.secret)},
                                             {"request", site.scratch.read("request.pem")},
                                             {"name", "deploy"}}));
  const auto answer = parse_json(site.peer().ask("join", args));
  ASSERT_TRUE(answer.has_value());
  const Value* result = answer->as<Map>()->find(std::string_view("RESULT"));
  ASSERT_NE(result, nullptr) << to_json(*answer);
  const Words shown =
      site.shown("joined", text_at(*result, "certificate"), site.scratch.read("key.pem"));
  EXPECT_THAT(site.peer(shown).ask("add_server", R"({"ip":"10.0.0.1"})"), HasSubstr(done));
  EXPECT_THAT(site.audit({"--who", "deploy"}), ElementsAre("add_server"));
}

TEST(ForeignPeer, CallsNothingWithoutACertificate) {
  const Site site;
  const Finished listed = site.server.mega({"call", "get_all_funcs", "-o", "json"});
  const auto functions = parse_json(listed.output);
  ASSERT_TRUE(functions.has_value()) << listed.output << listed.errors;
  const auto* rows = functions->as<List>();
  ASSERT_NE(rows, nullptr);
  ASSERT_GT(rows->size(), 30u);
  OpensslPeer peer = site.peer();
  Words refused;
  for (const Value& row : *rows) {
    const std::string function = text_at(row, "name");
    SCOPED_TRACE(function);
    if (function == "join") continue;
    EXPECT_THAT(peer.ask(function), HasSubstr(not_allowed));
    refused.insert(refused.begin(), function);
  }
  peer.inside().send(
      encode_frame(R"({"ID":900,"VALUE":"disk.sh","TYPE":1,"TARGET":["10.0.0.1"]})"));
  EXPECT_THAT(peer.inside().read_frame(), HasSubstr(not_allowed)) << "a script";
  refused.insert(refused.begin(), "disk.sh");
  const std::string args =
      to_json(Value(Map{{"secret", std::string(64, '0')},
                        {"request", make_request(make_key().value(), "x").value()}}));
  EXPECT_THAT(peer.ask("join", args), AllOf(HasSubstr(not_allowed), HasSubstr("no such token")));
  refused.insert(refused.begin(), "join");
  EXPECT_EQ(site.audit({"--refused", "--door", "tls"}), refused);
}

TEST(ForeignPeer, GetsAnAlertForACertificateThatIsNotByTheCa) {
  const Site site;
  const Words own = site.holder("db1", "reader");
  const struct {
    const char* name;
    Words shown;
    const char* alert;
  } cases[] = {
      {"of another CA", site.holder_of_another_ca("mega CA other", "one"), "unknown ca"},
      {"of another CA with this one's name", site.holder_of_another_ca(site.ca_name(), "two"),
       "decrypt error"},
      {"signed by a holder",
       site.signed_by(own[1], own[3], "grandchild") + Words{"-cert_chain", own[1]}, "unknown ca"},
  };
  std::size_t refused = 0;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    OpensslPeer peer = site.peer(c.shown);
    EXPECT_EQ(peer.ask("whoami"), "");
    EXPECT_THAT(peer.last_words(), HasSubstr(std::string("alert ") + c.alert));
    EXPECT_TRUE(site.audit_has_refused(++refused));
  }
  EXPECT_TRUE(site.serves());
}

TEST(ForeignPeer, IsToldWhyItsCertificateOfThisSiteDoesNotCount) {
  const Site site;
  const std::int64_t now = system_clock().now().seconds;
  const std::string tls = site.server.folder() + "/tls/";
  const struct {
    const char* name;
    Words shown;
    const char* sentence;
  } cases[] = {
      {"ended a day ago", site.holder("late", "reader", {now - 91 * 24 * 3600}), "late ended"},
      {"from tomorrow", site.holder("early", "reader", {now + 24 * 3600}), "early counts from"},
      {"the server's own", {"-cert", tls + "server.pem", "-key", tls + "server.key"}, "server"},
      {"an admin's", site.holder("root", "admin"), "admin"},
  };
  std::size_t refused = 0;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    OpensslPeer peer = site.peer(c.shown);
    EXPECT_THAT(peer.ask("whoami"), AllOf(HasSubstr(not_allowed), HasSubstr(c.sentence)));
    EXPECT_TRUE(peer.inside().closed());
    EXPECT_TRUE(site.audit_has_refused(++refused));
  }
}

TEST(ForeignPeer, IsPutOutByARevocation) {
  const Site site;
  const Words shown = site.joined("db1", "reader");
  OpensslPeer peer = site.peer(shown);
  OpensslPeer other = site.peer(site.joined("db2", "reader"));
  ASSERT_THAT(peer.ask("get_all_server"), HasSubstr(done));
  ASSERT_THAT(other.ask("get_all_server"), HasSubstr(done));
  ASSERT_EQ(site.server.mega({"server", "revoke", "db1"}).code, 0);
  EXPECT_TRUE(peer.inside().closed());
  EXPECT_THAT(site.peer(shown).ask("whoami"),
              AllOf(HasSubstr(not_allowed), HasSubstr("was revoked")));
  EXPECT_THAT(other.ask("get_all_server"), HasSubstr(done));
}

TEST(ForeignPeer, CallsWhatItsRoleAllowsAndNothingElse) {
  const Site site;
  const auto inventory = [&] { return site.server.mega({"call", "get_all_server"}).output; };
  const std::string before = inventory();
  const struct {
    const char* role;
    const char* function;
    const char* args;
  } cases[] = {
      {"reader", "add_server", R"({"ip":"10.0.0.1"})"},
      {"reader", "get_audit", "{}"},
      {"agent", "get_all_server", "{}"},
      {"agent", "add_server", R"({"ip":"127.0.0.1"})"},
      {"operator", "get_audit", "{}"},
      {"operator", "add_token", R"({"role":"operator"})"},
      {"operator", "revoke", R"({"name":"reader"})"},
      {"operator", "join", R"({"secret":"00","request":""})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(std::string(c.role) + " " + c.function);
    OpensslPeer peer = site.peer(site.holder(c.role, c.role));
    EXPECT_THAT(peer.ask(c.function, c.args), HasSubstr(not_allowed));
    EXPECT_THAT(peer.ask("whoami"), HasSubstr(done)) << "it goes on";
    EXPECT_THAT(site.audit({"--refused", "--who", c.role, "--function", c.function}),
                ElementsAre(c.function));
  }
  EXPECT_EQ(inventory(), before);
  EXPECT_EQ(site.audit({}), site.audit({"--refused"}));
}

TEST(ForeignPeer, SpeaksNoOlderTls) {
  const Site site;
  const Words shown = site.holder("db1", "reader");
  for (const char* flag : {"-tls1_2", "-no_tls1_3"}) {
    SCOPED_TRACE(flag);
    OpensslPeer peer = site.peer(shown + Words{flag});
    EXPECT_EQ(peer.ask("whoami"), "");
    EXPECT_THAT(peer.last_words(), HasSubstr("alert protocol version"));
  }
  EXPECT_TRUE(site.serves());
}

TEST(ForeignPeer, HasNoSessionToComeBackWith) {
  const Site site;
  const std::string session = site.scratch / "session.pem";
  {
    OpensslPeer peer = site.peer(site.holder("db1", "reader") + Words{"-sess_out", session});
    EXPECT_THAT(peer.ask("whoami"), HasSubstr(done));
    EXPECT_THAT(peer.ask("whoami"), HasSubstr(done)) << "a ticket would have come by now";
  }
  EXPECT_FALSE(std::filesystem::exists(session));
}

TEST(ForeignPeer, MayChangeItsKeys) {
  const Site site;
  OpensslPeer peer = site.peer(site.holder("db1", "reader") + Words{"-no_ign_eof"});
  for (const char* command : {"k\n", "K\n"}) {  // new keys of its own; of both sides
    SCOPED_TRACE(command);
    const std::size_t before = peer.says().size();
    peer.inside().send(command);
    EXPECT_TRUE(
        eventually([&] { return peer.says().find("KEYUPDATE", before) != std::string::npos; }));
    EXPECT_THAT(peer.ask("whoami"), HasSubstr(done));
    EXPECT_THAT(peer.ask("get_all_server"), HasSubstr(done));
  }
}

// What s_client sends first.
std::string client_hello(const Site& site) {
  Relay relay(site.server.port());
  site.peer_at(relay.port(), {"-tls1_2"}).last_words();
  return relay.sent();
}

TEST(ForeignPeer, EndsItsOwnConnectionOnlyWithAHelloThatIsNone) {
  const Site site;
  const std::string hello = client_hello(site);
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"HTTP behind the first byte of TLS", "\x16GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"a record of no length", std::string("\x16\x03\x01\x00\x00", 5)},
      {"noise in a record", std::string("\x16\x03\x01\x00\x20", 5) + std::string(32, 'x')},
      {"a hello that was changed", hello.substr(0, 9) + std::string(hello.size() - 9, '\xff')},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Peer peer = Peer::to_port(site.server.port());
    peer.send(c.bytes);
    peer.end_sending();
    EXPECT_TRUE(peer.closed());
    EXPECT_TRUE(site.serves());
  }
}

TEST(ForeignPeer, HoldsNobodyUpWithHalfAHello) {
  const Site site;
  const std::string hello = client_hello(site);
  std::vector<Peer> slow;
  for (int i = 0; i < 16; ++i) {
    slow.push_back(Peer::to_port(site.server.port()));
    ASSERT_TRUE(slow.back().send(hello.substr(0, hello.size() / 2)));
  }
  EXPECT_TRUE(site.serves()) << "long before limits.frame_time has passed";
}

TEST(ForeignPeer, IsDroppedWithHalfAHello) {
  const Site site({"--limits-frame-time", "300ms"});
  const std::string hello = client_hello(site);
  Peer slow = Peer::to_port(site.server.port());
  ASSERT_TRUE(slow.send(hello.substr(0, hello.size() / 2)));
  EXPECT_EQ(site.server.mega({"call", "whoami"}).code, 0);
  EXPECT_TRUE(slow.closed());
}

TEST(ForeignPeer, ChangesNothingByWhatSomebodyElseHasSent) {
  const Site site;
  Relay relay(site.server.port());
  {
    OpensslPeer peer = site.peer_at(relay.port(), site.holder("deploy", "operator"));
    ASSERT_THAT(peer.ask("add_server", R"({"ip":"10.0.0.1"})"), HasSubstr(done));
    ASSERT_THAT(peer.ask("del_server", R"({"ip":"10.0.0.1"})"), HasSubstr(done));
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

TEST(ForeignPeer, DoesNotSpendATokenThatIsSpent) {
  const Site site;
  const std::string token = site.token({"--role", "agent"});
  ASSERT_EQ(site.join(token, "db1").code, 0);
  const std::string args =
      to_json(Value(Map{{"secret", to_hex(parse_token(token)->secret)},
                        {"request", make_request(make_key().value(), "db1").value()},
                        {"name", "db1"}}));
  EXPECT_THAT(site.peer().ask("join", args),
              AllOf(HasSubstr(not_allowed), HasSubstr("was spent by")));
  EXPECT_THAT(site.audit({"--refused"}), ElementsAre("join"));
}

TEST(ForeignPeer, HearsNothingButAHelloOfWhoJoinsAnotherSite) {
  const Site site, other;
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

TEST(ForeignPeer, ComesWhereTheLegacyDialectMayNot) {
  const auto legacy_answer = [](const Site& site) {
    Peer legacy = Peer::to_port(site.server.port());
    legacy.send("0000000053{'HEAD': 'MEGA', 'VALUE': 'get_all_server'}EOF");
    return legacy.read_to_end();
  };
  EXPECT_EQ(legacy_answer(Site()), "0000000017([], 0)EOF");
  const Site site({"--legacy-allow", "10.0.0.0/8"});
  EXPECT_EQ(legacy_answer(site), "");
  EXPECT_THAT(site.peer(site.holder("db1", "reader")).ask("whoami"), HasSubstr(done));
}

TEST(ForeignPeer, ComesToAServerThatListensEverywhere) {
  const Scratch scratch;
  Child server({mega_binary(), "server", "--data", scratch / "data", "--listen", "0.0.0.0:0"},
               {{"HOME", scratch.path()}});
  const std::string ready = server.read_line();
  const std::string_view begin = "ready tcp=0.0.0.0:";
  ASSERT_THAT(ready, StartsWith(std::string(begin))) << server.errors();
  const auto port = static_cast<std::uint16_t>(std::stoi(ready.substr(begin.size())));
  OpensslPeer peer(port, {"-CAfile", scratch / "data/tls/ca.pem", "-verify_return_error"});
  EXPECT_THAT(peer.ask("whoami"), HasSubstr(not_allowed));
  server.signal(SIGTERM);
  EXPECT_EQ(server.wait(), 0) << server.errors();
}

}  // namespace
}  // namespace mega
