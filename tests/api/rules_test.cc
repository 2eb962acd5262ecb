// Rules as dispatch keeps them, and the ways around a rule that somebody might try.
#include "api/dispatch.h"
#include "tests/api/every_function_fixture.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;

class Rules : public EveryFunctionTest {
 protected:
  void keep(const std::vector<std::string>& texts) {
    api.rules.clear();
    for (const auto& text : texts) api.rules.push_back(parse_rule(text).value());
  }

  // Whether dispatch lets the call through, whatever the function then makes of it; examine() must
  // say the same.
  bool allowed(const Caller& caller, const Envelope& envelope) {
    const auto result = dispatch(api, caller, envelope).result;
    const bool refused = !result && result.error().code == Errc::not_allowed;
    const auto verdict = examine(api, caller, envelope);
    if (verdict) {
      EXPECT_EQ(verdict->decision.allowed, !refused) << verdict->decision.why;
      EXPECT_TRUE(!refused || verdict->decision.why == result.error().message);
    }
    return !refused;
  }

  bool allowed(const Caller& caller, std::string_view function, const Value& args) {
    return allowed(caller, {.id = caller.door == Door::legacy ? 0 : 1,
                            .function = std::string(function),
                            .args = args});
  }
};

struct Attempt {
  const char* name;
  const char* function;
  Value args;
  bool allowed;
};

TEST_F(Rules, LetAScriptBeOne) {
  keep({"deploy may call remote_cmd with cmd=disk_free.sh"});
  const Attempt attempts[] = {
      {"as meant", "remote_cmd", "'10.0.0.1',3306,'disk_free.sh','bash'", true},
      {"by name", "remote_cmd",
       Map{{"ip", "10.0.0.1"}, {"port", 3306}, {"cmd", "disk_free.sh"}, {"cmd_type", "bash"}},
       true},
      {"another script", "remote_cmd", "'10.0.0.1',3306,'rm.sh','bash'", false},
      {"another, by name", "remote_cmd", "'10.0.0.1',3306,cmd='rm.sh',cmd_type='bash'", false},
      {"a longer name", "remote_cmd", "'10.0.0.1',3306,'disk_free.sh;rm','bash'", false},
      {"a path", "remote_cmd", "'10.0.0.1',3306,'./disk_free.sh','bash'", false},
      {"another case", "remote_cmd", "'10.0.0.1',3306,'DISK_FREE.SH','bash'", false},
      {"a line behind it", "remote_cmd", "'10.0.0.1',3306,'disk_free.sh\\n','bash'", false},
      {"another function", "get_server", "ip='10.0.0.1'", false},
      {"what concerns oneself", "whoami", "", true},
  };
  for (const auto& a : attempts) {
    SCOPED_TRACE(a.name);
    EXPECT_EQ(allowed(operator_caller(), a.function, a.args), a.allowed);
  }
}

TEST_F(Rules, SeeAnAddressHoweverItIsWritten) {
  keep({"graphs may not call get_server with ip=10.0.0.1",
        "graphs may not call get_instance with ip=fe80::1"});
  const Attempt attempts[] = {
      {"as written", "get_server", "ip='10.0.0.1'", false},
      {"by position", "get_server", "None,'10.0.0.1'", false},
      {"as a list", "get_server", List{nullptr, "10.0.0.1"}, false},
      {"mapped", "get_server", "ip='::ffff:10.0.0.1'", false},
      {"mapped, in hexadecimal", "get_server", "ip='::FFFF:0a00:0001'", false},
      {"an escape in the text", "get_server", "ip='10.0.0.\\x31'", false},
      {"another", "get_server", "ip='10.0.0.11'", true},
      {"another spelling of six", "get_instance", "ip='FE80:0:0:0:0:0:0:1'", false},
      {"another of six", "get_instance", "ip='fe80::2'", true},
  };
  for (const auto& a : attempts) {
    SCOPED_TRACE(a.name);
    EXPECT_EQ(allowed(reader_caller(), a.function, a.args), a.allowed);
  }
  // Leading zeros are no address, so that no second spelling gets as far as a function.
  const auto zeros = outcome(reader_caller(), "get_server", "ip='010.0.0.1'").result;
  ASSERT_FALSE(zeros.has_value());
  EXPECT_EQ(zeros.error().code, Errc::invalid_argument);
}

TEST_F(Rules, SeeNumbersFlagsAndDefaultsAsTheFunctionDoes) {
  keep({"graphs may not call get_all_server with stat=0",
        "graphs may not call get_instance with port=3306",
        "deploy may not call mod_server with server_stat=0",
        "deploy may not call mod_instance with instance_business=7"});
  const struct {
    Attempt attempt;
    Caller caller;
  } cases[] = {
      {{"the default", "get_all_server", "", false}, reader_caller()},
      {{"given", "get_all_server", "stat=0", false}, reader_caller()},
      {{"as text", "get_all_server", "stat=' 0 '", false}, reader_caller()},
      {{"as a flag", "get_all_server", "stat=False", false}, reader_caller()},
      {{"another", "get_all_server", "stat=1", true}, reader_caller()},
      {{"the default of a port", "get_instance", "ip='10.0.0.1'", false}, reader_caller()},
      {{"zeros before it", "get_instance", "ip='10.0.0.1',port='03306'", false}, reader_caller()},
      {{"in hexadecimal", "get_instance", "ip='10.0.0.1',port=0xcea", false}, reader_caller()},
      {{"a flag as a number", "mod_server", "'10.0.0.1',server_stat=0", false}, operator_caller()},
      {{"as a word", "mod_server", "'10.0.0.1',server_stat='FALSE'", false}, operator_caller()},
      {{"as a flag", "mod_server", "'10.0.0.1',server_stat=False", false}, operator_caller()},
      {{"on", "mod_server", "'10.0.0.1',server_stat=1", true}, operator_caller()},
      {{"an older spelling", "mod_instance", "'10.0.0.1',3306,instance_bussiness=7", false},
       operator_caller()},
      {{"not given", "mod_instance", "'10.0.0.1',3306", true}, operator_caller()},
  };
  for (const auto& [attempt, caller] : cases) {
    SCOPED_TRACE(attempt.name);
    EXPECT_EQ(allowed(caller, attempt.function, attempt.args), attempt.allowed);
  }
}

TEST_F(Rules, WantAllValuesForAMayAndAnyForAMayNot) {
  const std::string call = "'10.0.0.1',3306,'a.sh','bash'";
  const struct {
    const char* name;
    const char* rule;
    std::string args;
    bool allowed;
  } cases[] = {
      {"may: all fit", "deploy may call remote_cmd with args=a*", ",args=['a','ab']", true},
      {"may: one does not", "deploy may call remote_cmd with args=a*", ",args=['a','b']", false},
      {"may: one within", "deploy may call remote_cmd with args=a*", ",args=['a',['b']]", false},
      {"may: None within", "deploy may call remote_cmd with args=a*", ",args=['a',None]", false},
      {"may: not given", "deploy may call remote_cmd with args=*", "", false},
      {"may: None", "deploy may call remote_cmd with args=*", ",args=None", false},
      {"may: none in a list", "deploy may call remote_cmd with args=*", ",args=[]", false},
      {"may: a map", "deploy may call remote_cmd with args=a*", ",args={'a': 'a'}", false},
      {"may not: one fits", "deploy may not call remote_cmd with args=b", ",args=('a','b')", false},
      {"may not: one within", "deploy may not call remote_cmd with args=b", ",args=[[['b']]]",
       false},
      {"may not: in a set", "deploy may not call remote_cmd with args=b", ",args={'b'}", false},
      {"may not: a key", "deploy may not call remote_cmd with args=b", ",args={'b': 1}", false},
      {"may not: below a key", "deploy may not call remote_cmd with args=b", ",args={1: ['b']}",
       false},
      {"may not: none fits", "deploy may not call remote_cmd with args=b", ",args=['a']", true},
      {"may not: not given", "deploy may not call remote_cmd with args=*", "", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    keep({c.rule});
    EXPECT_EQ(allowed(operator_caller(), "remote_cmd", call + c.args), c.allowed);
  }
}

TEST_F(Rules, SeeTagsOneByOne) {
  keep({"deploy may call mod_server with server_tags=env=*"});
  EXPECT_TRUE(allowed(operator_caller(), "mod_server", "'10.0.0.1',server_tags='env=prod'"));
  EXPECT_FALSE(allowed(operator_caller(), "mod_server", "'10.0.0.1',server_tags='env=a,tier=1'"));
  EXPECT_FALSE(allowed(operator_caller(), "mod_server", "'10.0.0.1',server_tags={'tier': 'env='}"));
  EXPECT_FALSE(allowed(operator_caller(), "mod_server", "'10.0.0.1',server_tags=''"));
}

TEST_F(Rules, LookAtAllHostsThatACallConcerns) {
  const struct {
    const char* name;
    const char* rule;
    const char* function;
    const char* args;
    bool allowed;
  } cases[] = {
      {"within", "deploy may call mod_* on 10.20.*", "mod_server", "'10.20.0.1'", true},
      {"without", "deploy may call mod_* on 10.20.*", "mod_server", "'10.21.0.1'", false},
      {"moved within", "deploy may call mod_* on 10.20.*", "mod_server",
       "'10.20.0.1',server_ip='10.20.0.2'", true},
      {"moved out", "deploy may call mod_* on 10.20.*", "mod_server",
       "'10.20.0.1',server_ip='10.21.0.2'", false},
      {"moved in", "deploy may call mod_* on 10.20.*", "mod_server",
       "'10.21.0.1',server_ip='10.20.0.2'", false},
      {"an instance moved out", "deploy may call mod_* on 10.20.*", "mod_instance",
       "'10.20.0.1',3306,instance_ip='10.21.0.2'", false},
      {"a mapped address is both", "deploy may call mod_* on 10.20.*", "mod_server",
       "'::ffff:10.20.0.1'", false},
      {"may not: moved in", "deploy may not call mod_* on 10.20.*", "mod_server",
       "'10.21.0.1',server_ip='10.20.0.2'", false},
      {"may not: mapped", "deploy may not call mod_* on 10.20.*", "mod_server",
       "'::ffff:10.20.0.1'", false},
      {"may not: elsewhere", "deploy may not call mod_* on 10.20.*", "mod_server", "'10.21.0.1'",
       true},
      {"no host at all", "deploy may call * on 10.20.*", "search", "'server'", false},
      {"a host that is left out", "deploy may call * on 10.20.*", "get_server", "", false},
      {"both ends of a failover", "deploy may call failover on 10.20.*", "failover",
       "'g','10.20.0.1:3306','10.20.0.2:3306','ONLINE',0", true},
      {"one end elsewhere", "deploy may call failover on 10.20.*", "failover",
       "'g','10.20.0.1:3306','10.21.0.2:3306','ONLINE',0", false},
      {"one end forbidden", "deploy may not call failover on fe80::1", "failover",
       "'g','10.20.0.1:3306','[FE80::1]:3306','ONLINE',0", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    keep({c.rule});
    EXPECT_EQ(allowed(operator_caller(), c.function, c.args), c.allowed);
  }
}

TEST_F(Rules, TakeARemoteTaskForRemoteCmd) {
  const struct {
    const char* name;
    const char* rule;
    const char* script;
    Value target;
    bool allowed;
  } cases[] = {
      {"the script", "deploy may call remote_cmd with cmd=a.sh on 10.20.*", "a.sh", "10.20.0.1",
       true},
      {"another script", "deploy may call remote_cmd with cmd=a.sh", "b.sh", "10.20.0.1", false},
      {"one of the hosts elsewhere", "deploy may call remote_cmd on 10.20.*", "a.sh",
       List{"10.20.0.1", "10.21.0.1"}, false},
      {"hosts in one text", "deploy may call remote_cmd on 10.20.*", "a.sh", "10.20.0.1,10.21.0.1",
       false},
      {"a name that looks like an address", "deploy may call remote_cmd on 10.20.*", "a.sh",
       "10.20.example.com", false},
      {"another case", "deploy may not call remote_cmd on db1", "a.sh", "DB1", false},
      {"a dot at the end", "deploy may not call remote_cmd on db1.example", "a.sh", "db1.example.",
       false},
      {"no remote_cmd, no remote task", "operator may not call remote_cmd", "a.sh", "db1", false},
      {"a script with a function's name", "deploy may call get_server", "get_server", "db1", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    keep({c.rule});
    EXPECT_EQ(
        allowed(operator_caller(), {.id = 1, .function = c.script, .type = 1, .target = c.target}),
        c.allowed);
  }
}

TEST_F(Rules, NarrowPeersOf2014ByTheirRole) {
  keep({"reader may not call get_server with ip=10.0.0.1",
        "reader may not call client_ping on 10.*"});
  EXPECT_FALSE(allowed(legacy_caller(), "get_server", "ip='10.0.0.1'"));
  EXPECT_TRUE(allowed(legacy_caller(), "get_server", "ip='10.0.0.2'"));
  EXPECT_TRUE(allowed(legacy_caller(Role::operator_), "get_server", "ip='10.0.0.1'"));
  EXPECT_TRUE(allowed(legacy_caller(), "client_ping", "'127.0.0.1'"));
  EXPECT_EQ(legacy_answer(legacy_caller(), "get_server", "ip='10.0.0.1'"), "-1");
}

// None is whoever asks, and a function that looks its host up wants the caller's.
TEST_F(Rules, TakeAnAgentsOwnHostWhereNoneIsNamed) {
  keep({"agent may not call client_upgrade or task_log on 10.0.0.9"});
  EXPECT_FALSE(allowed(agent_caller(), "client_upgrade", ""));
  EXPECT_FALSE(allowed(agent_caller(), "client_upgrade", "['10.0.0.9']"));
  EXPECT_FALSE(allowed(agent_caller(), "task_log", "1,None,None,0"));
  Caller other = agent_caller();
  other.address = "::ffff:10.0.0.8";
  EXPECT_TRUE(allowed(other, "client_upgrade", ""));
}

TEST_F(Rules, NeverNarrowTheAdminNorGiveWhatARoleLacks) {
  keep({"* may not call *", "root may call whoami"});
  EXPECT_TRUE(allowed(admin_caller(), "get_all_server", ""));
  keep({"graphs may call *"});
  EXPECT_FALSE(allowed(reader_caller(), "add_server", "'10.0.0.1'"));
  EXPECT_TRUE(allowed(reader_caller(), "get_all_server", ""));
}

TEST_F(Rules, AreNamedByARefusal) {
  keep({"graphs may not call get_server with ip=10.0.0.1"});
  const auto result = outcome(reader_caller(), "get_server", "ip='10.0.0.1'").result;
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message,
            "the rule \"graphs may not call get_server with ip=10.0.0.1\" forbids it to \"graphs\" "
            "as reader");
  keep({"graphs may call search"});
  const auto narrowed = outcome(reader_caller(), "get_server", "ip='10.0.0.1'").result;
  ASSERT_FALSE(narrowed.has_value());
  EXPECT_THAT(narrowed.error().message, HasSubstr("\"graphs may call search\""));
}

// A refused change leaves nothing behind.
TEST_F(Rules, ComeBeforeTheFunction) {
  keep({"deploy may not call add_server on 10.20.*"});
  EXPECT_FALSE(allowed(operator_caller(), "add_server", "'10.20.0.1'"));
  EXPECT_EQ(row_count(value("get_all_server")), 0u);
}

class Explain : public Rules {
 protected:
  Result<Value> explain(const Caller& caller, std::string_view function,
                        std::string_view more = "") {
    return outcome(caller, "explain", fmt::format("'{}'{}", function, more)).result;
  }
  static Value at(const Value& map, std::string_view key) {
    const auto* found = map.as<Map>() ? map.as<Map>()->find(key) : nullptr;
    return found ? *found : Value("(no such key)");
  }
};

// Every function, role and door: explain and dispatch are of one opinion, and who has not the
// permission is refused by both.
TEST_F(Explain, AgreesWithDispatchAboutEveryFunction) {
  std::vector<Caller> callers{admin_caller()};
  for (const Role role : {Role::none, Role::reader, Role::agent, Role::operator_, Role::admin}) {
    for (const Door door : {Door::tls, Door::legacy}) {
      callers.push_back({.door = door, .role = role, .name = "x", .address = "10.0.0.9"});
    }
  }
  for (const std::vector<std::string>& texts :
       {std::vector<std::string>{}, {"* may not call get_*"}, {"reader may call search"}}) {
    keep(texts);
    for (const Function* function : Registered<Function>::all()) {
      for (const Caller& caller : callers) {
        SCOPED_TRACE(testing::Message() << function->name << " as " << name_of(caller.role)
                                        << " at " << name_of(caller.door));
        const bool let_through = allowed(caller, {.id = caller.door == Door::legacy ? 0 : 1,
                                                  .function = std::string(function->name),
                                                  .tool = true});
        EXPECT_TRUE(has(caller, function->permission) || !let_through);
        if (!has(caller, Permission::self)) continue;  // may not ask
        const auto told = explain(caller, function->name);
        // Without its arguments a function that wants some is called wrongly by whoever calls it.
        if (told) {
          EXPECT_EQ(at(*told, "allowed"), Value(let_through));
        } else {
          EXPECT_EQ(told.error().code, Errc::invalid_argument) << told.error().message;
        }
      }
    }
  }
}

TEST_F(Explain, TellsWhoOneIsAndWhatDecides) {
  keep({"graphs may not call get_server with ip=10.0.0.1"});
  const auto told = explain(reader_caller(), "get_server", ",\"ip='10.0.0.1'\"");
  ASSERT_TRUE(told.has_value()) << told.error().message;
  EXPECT_EQ(*told,
            Value(Map{{"allowed", false},
                      {"why",
                       "the rule \"graphs may not call get_server with ip=10.0.0.1\" forbids "
                       "it to \"graphs\" as reader"},
                      {"name", "graphs"},
                      {"role", "reader"},
                      {"door", "tls"},
                      {"permission", "read"}}));
  EXPECT_EQ(at(*explain(reader_caller(), "get_server", ",{'ip': '10.0.0.2'}"), "why"),
            Value("\"graphs\" as reader at the tls door has the permission read"));
}

TEST_F(Explain, TellsAnAdminWhatOthersMay) {
  keep({"deploy may call remote_cmd with cmd=disk_free.sh"});
  const std::string good = ",\"'10.0.0.1',3306,'disk_free.sh','bash'\"";
  const std::string bad = ",\"'10.0.0.1',3306,'rm.sh','bash'\"";
  const std::string deploy = ",name='deploy',role='operator'";
  EXPECT_EQ(at(*explain(admin_caller(), "remote_cmd", good + deploy), "allowed"), Value(true));
  EXPECT_EQ(at(*explain(admin_caller(), "remote_cmd", bad + deploy), "allowed"), Value(false));
  EXPECT_EQ(at(*explain(admin_caller(), "remote_cmd", bad + ",role='operator'"), "allowed"),
            Value(true));
  const auto own = ",\"'10.0.0.1'\",name='db1',role='agent',address='10.0.0.1'";
  EXPECT_EQ(at(*explain(admin_caller(), "client_ping", own), "allowed"), Value(true));
  const auto elsewhere = ",\"'10.0.0.1'\",name='db1',role='agent',address='10.0.0.2'";
  EXPECT_EQ(at(*explain(admin_caller(), "client_ping", elsewhere), "allowed"), Value(false));
}

TEST_F(Explain, AsksForTheRoleOfANameThatIsNotKnown) {
  const auto told = explain(admin_caller(), "get_server", ",name='deploy'");
  ASSERT_FALSE(told.has_value());
  EXPECT_EQ(told.error().code, Errc::invalid_argument);
  EXPECT_THAT(told.error().message, HasSubstr("role=reader"));
  api.role_of = [](std::string_view name) {
    return name == "deploy" ? std::optional(Role::operator_) : std::nullopt;
  };
  EXPECT_EQ(at(*explain(admin_caller(), "get_server", ",name='deploy'"), "role"),
            Value("operator"));
  EXPECT_FALSE(explain(admin_caller(), "get_server", ",name='other'").has_value());
  EXPECT_FALSE(explain(admin_caller(), "get_server", ",name='x',role='admin'").has_value());
}

TEST_F(Explain, KeepsTheRightsOfOthersFromWhoIsNotAdmin) {
  for (const char* more :
       {",name='deploy',role='operator'", ",role='operator'", ",name='x'", ",address='10.0.0.1'"}) {
    for (const Caller& caller : {reader_caller(), operator_caller(), legacy_caller()}) {
      const auto told = explain(caller, "get_server", more);
      ASSERT_FALSE(told.has_value());
      EXPECT_EQ(told.error().code, Errc::not_allowed);
    }
  }
}

TEST_F(Explain, RunsNothing) {
  const auto told = explain(admin_caller(), "add_server", ",\"'10.0.0.1'\"");
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(at(*told, "allowed"), Value(true));
  EXPECT_EQ(row_count(value("get_all_server")), 0u);
}

TEST_F(Explain, SaysWhatIsWrongWithACallThatNobodyCouldMake) {
  EXPECT_EQ(explain(admin_caller(), "get_servr").error().code, Errc::unknown_function);
  EXPECT_EQ(explain(admin_caller(), "del_server").error().code, Errc::invalid_argument);
  EXPECT_EQ(explain(admin_caller(), "get_server", ",7").error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace mega
