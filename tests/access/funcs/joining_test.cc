// add_token, join, renew_certificate, get_all_certificate and revoke, as their callers see them.
#include "access/server/site.h"
#include "tests/support/api_fixture.h"
#include "tests/support/scratch.h"
#include "trust/crypto.h"
#include "trust/token.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;
using testing::Not;

Caller newcomer() {
  return {.door = Door::tls, .role = Role::none, .address = "10.0.0.20", .peer = "10.0.0.20:50020"};
}

class JoiningFunctions : public ApiTest {
 protected:
  JoiningFunctions() {
    api.services.add<const Authority>(*authority);
    api.services.add<Peers>(peers);
    api.services.add<const Site>(site);
    peers.end = [this](std::string_view name) {
      ended.emplace_back(name);
      return 2;
    };
  }

  Token token(std::string_view args = "'agent'") {
    const Value text = value("add_token", args);
    const auto parsed = parse_token(*text.as<std::string>());
    EXPECT_TRUE(parsed.has_value());
    return parsed.value_or(Token{});
  }
  Result<Value> join(const Token& with, const std::string& own_key, std::string_view name = "db1") {
    return outcome(newcomer(), "join",
                   fmt::format("secret='{}',request={},name='{}'", to_hex(with.secret),
                               to_python(Value(make_request(own_key, "x").value())), name))
        .result;
  }
  static std::string text(const Result<Value>& map, std::string_view key) {
    const auto* found = map ? map->as<Map>() : nullptr;
    const Value* value = found ? found->find(key) : nullptr;
    return value && value->is<std::string>() ? *value->as<std::string>() : "(none)";
  }

  Scratch folder;
  std::unique_ptr<Authority> authority =
      Authority::open(folder.path(), {"mega.example"}, clock).value();
  std::string key = make_key().value();
  std::vector<std::string> ended;
  FakePeers peers;
  const Site site{[] { return Result<std::string>("mega.example:1104"); }};
};

TEST_F(JoiningFunctions, ListAndWithdrawTokens) {
  const Token withdrawn = token("role='operator',name='ada'");
  const Token kept = token("role='agent',uses=3");
  EXPECT_EQ(row_count(value("get_all_token")), 2U);
  EXPECT_EQ(row_count(value("get_all_token", "count=1")), 1U);
  EXPECT_EQ(value("del_token", "1"), Value(0));
  EXPECT_EQ(cell(value("get_all_token"), "role"), Value("agent"));
  EXPECT_EQ(error("del_token", "1").code, Errc::not_found);
  EXPECT_FALSE(join(withdrawn, key, "ada").has_value());
  EXPECT_TRUE(join(kept, key).has_value());
}

TEST_F(JoiningFunctions, MakeATokenThatSaysWhereAndUntilWhen) {
  const Token made = token("role='operator',ttl='30m',name='ada@laptop'");
  EXPECT_EQ(made.address, "mega.example:1104");
  EXPECT_EQ(made.role, Role::operator_);
  EXPECT_EQ(made.name, "ada@laptop");
  EXPECT_EQ(made.pin, authority->pin());
  EXPECT_EQ(made.expires.seconds, clock.now().seconds + 1800);
  EXPECT_EQ(token("'agent',address='10.0.0.5'").address, "10.0.0.5:1104");
  EXPECT_NE(token().secret, token().secret);
}

TEST_F(JoiningFunctions, RefuseATokenThatMakesNoSense) {
  const std::pair<const char*, const char*> cases[] = {
      {"'admin'", "role: want one of"},     {"'agent',ttl='0'", "ttl takes"},
      {"'agent',ttl='31d'", "ttl takes"},   {"'agent',ttl='soon'", "ttl: "},
      {"'agent',uses=0", "uses takes"},     {"'agent',uses=2,name='db1'", "can be spent once"},
      {"'agent',name='a b'", "is no name"}, {"'agent',address='unix:/x'", "address: "},
  };
  for (const auto& [args, message] : cases) {
    SCOPED_TRACE(args);
    const Error refused = error("add_token", args);
    EXPECT_EQ(refused.code, Errc::invalid_argument);
    EXPECT_THAT(refused.message, HasSubstr(message));
  }
  EXPECT_EQ(row_count(value("get_audit")), 0u);
}

TEST_F(JoiningFunctions, ExchangeATokenForACertificate) {
  const Token made = token();
  const auto joined = join(made, key);
  ASSERT_TRUE(joined) << joined.error().message;
  EXPECT_EQ(text(joined, "name"), "db1");
  EXPECT_EQ(text(joined, "role"), "agent");
  EXPECT_EQ(text(joined, "site"), authority->site());
  EXPECT_EQ(text(joined, "ca"), authority->ca());
  EXPECT_TRUE(check_issuer(text(joined, "ca"), text(joined, "certificate")));
  EXPECT_EQ(text(join(made, key), "certificate"), text(joined, "certificate")) << "again";
  EXPECT_EQ(join(made, make_key().value(), "db2").error().code, Errc::not_allowed);
  const Value clients = value("get_all_certificate");
  ASSERT_EQ(row_count(clients), 1u);
  EXPECT_EQ(cell(clients, "address"), Value("10.0.0.20"));
  EXPECT_EQ(cell(clients, "revoked"), Value());
}

TEST_F(JoiningFunctions, AreForThoseWhoMayCallThem) {
  const std::pair<const char*, std::vector<Caller>> cases[] = {
      {"add_token",
       {operator_caller(), reader_caller(), newcomer(), legacy_caller(Role::operator_)}},
      {"revoke", {operator_caller(), reader_caller(), agent_caller(), newcomer()}},
      {"join", {admin_caller(), operator_caller(), agent_caller(), legacy_caller()}},
      {"renew_certificate", {newcomer()}},
      {"get_all_certificate", {newcomer(), agent_caller()}},
  };
  for (const auto& [function, callers] : cases) {
    for (const Caller& caller : callers) {
      SCOPED_TRACE(fmt::format("{} {} {}", function, name_of(caller.door), name_of(caller.role)));
      const auto refused = outcome(caller, function, "").result;
      ASSERT_FALSE(refused);
      EXPECT_EQ(refused.error().code, Errc::not_allowed);
    }
  }
}

TEST_F(JoiningFunctions, KeepTheSecretOutOfTheAudit) {
  const Token made = token();
  ASSERT_TRUE(join(made, key));
  const std::string audit = to_python(value("get_audit"));
  EXPECT_THAT(audit, Not(HasSubstr(to_hex(made.secret))));
  EXPECT_THAT(audit, Not(HasSubstr(to_hex(sha256(made.secret)))));
}

TEST_F(JoiningFunctions, RefuseWhatIsNoRequestAndLeaveTheTokenUnspent) {
  const Token made = token();
  for (const std::string& request : {std::string("rubbish"), key, std::string(9000, 'x')}) {
    const auto refused = outcome(newcomer(), "join",
                                 fmt::format("secret='{}',request={},name='db1'",
                                             to_hex(made.secret), to_python(Value(request))))
                             .result;
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, Errc::invalid_argument);
  }
  EXPECT_FALSE(outcome(newcomer(), "join", "secret='0g',request=''").result);
  EXPECT_TRUE(join(made, key));
}

TEST_F(JoiningFunctions, RenewForTheCallerThatTheCertificateNames) {
  ASSERT_TRUE(join(token(), key));
  Caller db1 = agent_caller();
  const std::string request = to_python(Value(make_request(key, "x").value()));
  clock.advance(std::chrono::hours(24 * 61));
  const auto renewed = outcome(db1, "renew_certificate", request).result;
  ASSERT_TRUE(renewed) << renewed.error().message;
  EXPECT_EQ(text(renewed, "name"), "db1");
  EXPECT_EQ(text(renewed, "role"), "agent");
  db1.name = "db2";
  EXPECT_EQ(row_count(value("get_all_certificate", "stat=1")), 1u);
  EXPECT_EQ(call("renew_certificate", request).error().code, Errc::not_allowed)
      << "root at the unix socket has no certificate";
}

TEST_F(JoiningFunctions, RevokeANameAndEndItsConnections) {
  const auto joined = join(token(), key);
  ASSERT_TRUE(joined);
  const auto identity = read_certificate(text(joined, "certificate")).value();
  EXPECT_TRUE(store->access.admit_certificate(identity));
  const Value revoked = value("revoke", "'db1'");
  EXPECT_EQ(*revoked.as<Map>()->find(std::string_view("connections")), Value(2));
  EXPECT_EQ(ended, std::vector<std::string>{"db1"});
  EXPECT_FALSE(store->access.admit_certificate(identity));
  EXPECT_EQ(cell(value("get_all_certificate", "stat=2"), "state"), Value("revoked"));
  EXPECT_EQ(error("revoke", "'db2'").code, Errc::not_found);
  EXPECT_EQ(ended.size(), 1u);
  value("revoke", "'db2',unknown=True");
}

TEST_F(JoiningFunctions, EndTheConnectionsOfWhoLosesHisNameToAToken) {
  ASSERT_TRUE(join(token(), key));
  ASSERT_TRUE(join(token("'agent',name='db1'"), make_key().value()));
  EXPECT_EQ(ended, std::vector<std::string>{"db1"});
}

TEST_F(JoiningFunctions, SayThatAServerHasNoCa) {
  api.services = {};
  api.services.add(store->access);
  EXPECT_EQ(error("add_token", "'agent'").code, Errc::unavailable);
  EXPECT_EQ(join(Token{.secret = "x"}, key).error().code, Errc::unavailable);
}

}  // namespace
}  // namespace mega
