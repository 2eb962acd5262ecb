// The TLS door of the real binary, met by a peer that somebody else wrote: who it is with which
// certificate, and what it may. TLS 1.3 refuses a client's certificate only after the client's own
// handshake is done, so each peer asks something, and reads what comes.
#include "tests/support/tls_site.h"
#include "trust/certificate.h"
#include "trust/crypto.h"
#include "trust/token.h"
#include "value/json.h"
#include "wire/frame.h"

#include <gmock/gmock.h>

#include <memory>

namespace mega {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(ForeignPeer, IsKnownByItsCertificateAndKnowsTheServerByIts) {
  const TlsSite site;
  OpensslPeer peer = site.peer(site.joined("db1", "agent"));
  // Written by hand: the frame of PROTOCOL.md.
  peer.inside().send(R"(0000000035{"ID":1,"VALUE":"whoami"}EOF)");
  EXPECT_THAT(peer.inside().read_frame(),
              AllOf(HasSubstr(code_done), HasSubstr(R"("name":"db1")"),
                    HasSubstr(R"("role":"agent")"), HasSubstr(R"("door":"tls")")));
  EXPECT_THAT(peer.says(),
              AllOf(HasSubstr("TLSv1.3"), HasSubstr("OU = server"), HasSubstr("Verification: OK")));
}

TEST(ForeignPeer, JoinsWithNothingOfMega) {
  const TlsSite site;
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
  EXPECT_THAT(site.peer(shown).ask("add_server", R"({"ip":"10.0.0.1"})"), HasSubstr(code_done));
  EXPECT_THAT(site.audit({"--who", "deploy"}), ElementsAre("add_server"));
}

TEST(ForeignPeer, CallsNothingWithoutACertificate) {
  const TlsSite site;
  const Finished listed = site.server.mega({"call", "get_all_funcs", "-o", "json"});
  const auto functions = parse_json(listed.output);
  ASSERT_TRUE(functions.has_value()) << listed.output << listed.errors;
  const auto* rows = functions->as<List>();
  ASSERT_NE(rows, nullptr);
  ASSERT_GT(rows->size(), 30u);
  auto connection = std::make_unique<OpensslPeer>(site.peer());
  Words refused;
  for (const Value& row : *rows) {
    if (refused.size() % 90 == 89) connection = std::make_unique<OpensslPeer>(site.peer());
    OpensslPeer& peer = *connection;
    const std::string function = text_at(row, "name");
    SCOPED_TRACE(function);
    if (function == "join") continue;
    EXPECT_THAT(peer.ask(function), HasSubstr(code_not_allowed));
    refused.insert(refused.begin(), function);
  }
  OpensslPeer peer = site.peer();
  peer.inside().send(
      encode_frame(R"({"ID":900,"VALUE":"disk.sh","TYPE":1,"TARGET":["10.0.0.1"]})"));
  EXPECT_THAT(peer.inside().read_frame(), HasSubstr(code_not_allowed)) << "a script";
  refused.insert(refused.begin(), "remote_task");
  const std::string args =
      to_json(Value(Map{{"secret", std::string(64, '0')},
                        {"request", make_request(make_key().value(), "x").value()}}));
  EXPECT_THAT(peer.ask("join", args),
              AllOf(HasSubstr(code_not_allowed), HasSubstr("no such token")));
  refused.insert(refused.begin(), "join");
  EXPECT_EQ(site.audit({"--refused", "--door", "tls"}), refused);
}

TEST(ForeignPeer, MayNotGuessTokensForEver) {
  const TlsSite site;
  OpensslPeer peer = site.peer();
  int answers = 0;
  while (!peer.ask("join", R"({"secret":"00","request":"x"})").empty()) ASSERT_LE(++answers, 100);
  EXPECT_EQ(answers, 100);
  EXPECT_TRUE(site.serves());
}

TEST(ForeignPeer, GetsAnAlertForACertificateThatIsNotByTheCa) {
  const TlsSite site;
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
  const TlsSite site;
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
    EXPECT_THAT(peer.ask("whoami"), AllOf(HasSubstr(code_not_allowed), HasSubstr(c.sentence)));
    EXPECT_TRUE(peer.inside().closed());
    EXPECT_TRUE(site.audit_has_refused(++refused));
  }
}

TEST(ForeignPeer, IsPutOutByARevocation) {
  const TlsSite site;
  const Words shown = site.joined("db1", "reader");
  OpensslPeer peer = site.peer(shown);
  OpensslPeer other = site.peer(site.joined("db2", "reader"));
  ASSERT_THAT(peer.ask("get_all_server"), HasSubstr(code_done));
  ASSERT_THAT(other.ask("get_all_server"), HasSubstr(code_done));
  ASSERT_EQ(site.server.mega({"server", "revoke", "db1"}).code, 0);
  EXPECT_TRUE(peer.inside().closed());
  EXPECT_THAT(site.peer(shown).ask("whoami"),
              AllOf(HasSubstr(code_not_allowed), HasSubstr("was revoked")));
  EXPECT_THAT(other.ask("get_all_server"), HasSubstr(code_done));
}

TEST(ForeignPeer, CallsWhatItsRoleAllowsAndNothingElse) {
  const TlsSite site;
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
    EXPECT_THAT(peer.ask(c.function, c.args), HasSubstr(code_not_allowed));
    EXPECT_THAT(peer.ask("whoami"), HasSubstr(code_done)) << "it goes on";
    EXPECT_THAT(site.audit({"--refused", "--who", c.role, "--function", c.function}),
                ElementsAre(c.function));
  }
  EXPECT_EQ(inventory(), before);
  EXPECT_EQ(site.audit({}), site.audit({"--refused"}));
}

TEST(ForeignPeer, DoesNotSpendATokenThatIsSpent) {
  const TlsSite site;
  const std::string token = site.token({"--role", "agent"});
  ASSERT_EQ(site.join(token, "db1").code, 0);
  const std::string args =
      to_json(Value(Map{{"secret", to_hex(parse_token(token)->secret)},
                        {"request", make_request(make_key().value(), "db1").value()},
                        {"name", "db1"}}));
  EXPECT_THAT(site.peer().ask("join", args),
              AllOf(HasSubstr(code_not_allowed), HasSubstr("was spent by")));
  EXPECT_THAT(site.audit({"--refused"}), ElementsAre("join"));
}

}  // namespace
}  // namespace mega
