#include "trust/rule.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

const Caller deploy{.door = Door::tls, .role = Role::operator_, .name = "deploy"};
const Caller anna{.door = Door::tls, .role = Role::reader, .name = "anna"};

const Caller named_operator{.door = Door::tls, .role = Role::reader, .name = "operator"};

TEST(Rule, IsReadIntoItsParts) {
  const auto rule = parse_rule(
      "deploy may call remote_cmd, task_* with cmd=disk_free.sh and port=33?? on db*,10.0.0.1");
  ASSERT_TRUE(rule) << rule.error().message;
  EXPECT_EQ(rule->who, "deploy");
  EXPECT_TRUE(rule->may);
  EXPECT_EQ(rule->functions, (std::vector<std::string>{"remote_cmd", "task_*"}));
  EXPECT_EQ(rule->arguments, (std::vector<std::pair<std::string, std::string>>{
                                 {"cmd", "disk_free.sh"}, {"port", "33??"}}));
  EXPECT_EQ(rule->targets, (std::vector<std::string>{"db*", "10.0.0.1"}));
  EXPECT_FALSE(parse_rule("reader may not call get_audit")->may);
}

TEST(Rule, TakesOrForAComma) {
  const auto words = parse_rule("* may not call a or b with x=1 and y=2 on DB1 or db2");
  ASSERT_TRUE(words) << words.error().message;
  const auto commas = parse_rule("* may not call a,b with x=1, y=2 on db1 , db2");
  ASSERT_TRUE(commas) << commas.error().message;
  EXPECT_EQ(words->functions, commas->functions);
  EXPECT_EQ(words->arguments, commas->arguments);
  EXPECT_EQ(words->targets, commas->targets);
}

TEST(Rule, ThatCannotBeReadSaysWhere) {
  const struct {
    const char* text;
    const char* says;
  } cases[] = {
      {"", "names nobody"},
      {"deploy", "\"may\" is missing"},
      {"deploy must call x", "\"may\" is missing at \"must\""},
      {"deploy may run x", "\"call\" is missing at \"run\""},
      {"deploy may call", "a function is missing"},
      {"deploy may call a,", "a function is missing"},
      {"deploy may call a with", "NAME=PATTERN is missing"},
      {"deploy may call a with b", "NAME=PATTERN is missing at \"b\""},
      {"deploy may call a on", "a target is missing"},
      {"deploy may call a or", "a function is missing"},
      {"deploy may call or or a", "a function is missing"},
      {"deploy may call a on db1 or", "a target is missing"},
      {"deploy may call a with x=1 or y=2", "joined by \"and\""},
      {"admin may not call a", "no rule narrows the admin"},
      {"deploy may call a b", "should end before \"b\""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto rule = parse_rule(c.text);
    ASSERT_FALSE(rule);
    EXPECT_EQ(rule.error().code, Errc::invalid_argument);
    EXPECT_NE(rule.error().message.find(c.says), std::string::npos) << rule.error().message;
  }
}

TEST(Decide, NarrowsAndNeverGives) {
  const struct {
    const char* name;
    std::vector<std::string> rules;
    const Caller& caller;
    Permission permission;
    Asked asked;
    bool allowed;
  } cases[] = {
      {"no rules: the role decides", {}, deploy, Permission::run, {"remote_cmd", {}, {}}, true},
      {"no rules: the role lacks it", {}, anna, Permission::run, {"remote_cmd", {}, {}}, false},
      {"a rule does not give",
       {"anna may call remote_cmd"},
       anna,
       Permission::run,
       {"remote_cmd", {}, {}},
       false},
      {"the one script",
       {"deploy may call remote_cmd with cmd=disk_free.sh"},
       deploy,
       Permission::run,
       {"remote_cmd", {{"cmd", {"disk_free.sh"}}}, {}},
       true},
      {"another script",
       {"deploy may call remote_cmd with cmd=disk_free.sh"},
       deploy,
       Permission::run,
       {"remote_cmd", {{"cmd", {"rm.sh"}}}, {}},
       false},
      {"the argument left out",
       {"deploy may call remote_cmd with cmd=disk_free.sh"},
       deploy,
       Permission::run,
       {"remote_cmd", {}, {}},
       false},
      {"another function of a narrowed name",
       {"deploy may call remote_cmd"},
       deploy,
       Permission::read,
       {"get_server", {}, {}},
       false},
      {"another's rule",
       {"backup may call remote_cmd"},
       deploy,
       Permission::read,
       {"get_server", {}, {}},
       true},
      {"by role",
       {"operator may not call failover"},
       deploy,
       Permission::run,
       {"failover", {}, {}},
       false},
      {"by role, another function",
       {"operator may not call failover"},
       deploy,
       Permission::run,
       {"remote_cmd", {}, {}},
       true},
      {"everybody",
       {"* may not call get_audit"},
       anna,
       Permission::read,
       {"get_audit", {}, {}},
       false},
      {"the target",
       {"deploy may call mod_* on 10.20.*"},
       deploy,
       Permission::write,
       {"mod_server", {}, {"10.20.0.1"}},
       true},
      {"another target",
       {"deploy may call mod_* on 10.20.*"},
       deploy,
       Permission::write,
       {"mod_server", {}, {"10.2.0.1"}},
       false},
      {"no target",
       {"deploy may call mod_* on 10.20.*"},
       deploy,
       Permission::write,
       {"mod_server", {}, {}},
       false},
      {"a may wants all values",
       {"deploy may call remote_cmd with args=a*"},
       deploy,
       Permission::run,
       {"remote_cmd", {{"args", {"ab", "b"}}}, {}},
       false},
      {"a may not wants any value",
       {"deploy may not call remote_cmd with args=b"},
       deploy,
       Permission::run,
       {"remote_cmd", {{"args", {"ab", "b"}}}, {}},
       false},
      {"a may is not satisfied by no value",
       {"deploy may call remote_cmd with args=*"},
       deploy,
       Permission::run,
       {"remote_cmd", {{"args", {}}}, {}},
       false},
      {"a may wants all targets",
       {"deploy may call mod_* on 10.20.*"},
       deploy,
       Permission::write,
       {"mod_server", {}, {"10.20.0.1", "10.21.0.1"}},
       false},
      {"a may not wants any target",
       {"deploy may not call mod_* on 10.20.*"},
       deploy,
       Permission::write,
       {"mod_server", {}, {"10.21.0.1", "10.20.0.1"}},
       false},
      {"a pattern of addresses fits no name",
       {"deploy may call remote_cmd on 10.20.*"},
       deploy,
       Permission::run,
       {"remote_cmd", {}, {"10.20.example.com"}},
       false},
      {"a name that is a role's gets no rule of the role",
       {"reader may call get_server", "operator may call *"},
       named_operator,
       Permission::read,
       {"search", {}, {}},
       false},
      {"what concerns oneself stays",
       {"deploy may call remote_cmd"},
       deploy,
       Permission::self,
       {"whoami", {}, {}},
       true},
      {"unless it is forbidden",
       {"deploy may not call *"},
       deploy,
       Permission::self,
       {"whoami", {}, {}},
       false},
      {"not beats may",
       {"deploy may call *", "* may not call failover"},
       deploy,
       Permission::run,
       {"failover", {}, {}},
       false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<Rule> rules;
    for (const auto& text : c.rules) rules.push_back(parse_rule(text).value());
    const Decision decision = decide(rules, c.caller, c.permission, c.asked);
    EXPECT_EQ(decision.allowed, c.allowed) << decision.why;
    EXPECT_NE(decision.why.find(c.caller.name), std::string::npos) << decision.why;
  }
}

TEST(Decide, NeverNarrowsTheAdmin) {
  const Caller root{.door = Door::unix_socket, .role = Role::admin, .name = "root"};
  const std::vector<Rule> rules{parse_rule("* may not call *").value(),
                                parse_rule("root may call main").value()};
  EXPECT_TRUE(decide(rules, root, Permission::admin, {"get_audit"}).allowed);
}

TEST(Decide, KnowsDoors) {
  const struct {
    const char* name;
    Caller caller;
    Permission permission;
    bool allowed;
  } cases[] = {
      {"a peer of 2014 for its own host", {Door::legacy, Role::reader}, Permission::agent, true},
      {"a reader with a certificate", {Door::tls, Role::reader}, Permission::agent, false},
      {"a token at the TLS door", {Door::tls, Role::none}, Permission::join, true},
      {"a token in the clear", {Door::legacy, Role::none}, Permission::join, false},
      {"an admin at the socket", {Door::unix_socket, Role::admin}, Permission::admin, true},
      {"an admin elsewhere is none", {Door::tls, Role::admin}, Permission::read, false},
      {"nobody", {Door::tls, Role::none}, Permission::self, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(decide_role(c.caller, c.permission, "f").allowed, c.allowed);
    EXPECT_EQ(decide({}, c.caller, c.permission, {"f"}).allowed, c.allowed);
    EXPECT_EQ(has(c.caller, c.permission), c.allowed);
  }
}

TEST(Fits, KnowsStarsAndQuestionMarks) {
  const struct {
    const char* pattern;
    const char* text;
    bool fit;
  } cases[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "abc", true},
      {"a*c", "abc", true},
      {"a*c", "abd", false},
      {"a?c", "abc", true},
      {"a?c", "ac", false},
      {"*b*", "abc", true},
      {"**", "x", true},
      {"a*b*c", "aXbYbc", true},
      {"10.2.*", "10.20.1", false},
      {"?", "", false},
      {"a", "ab", false},
      {"caf?", "caf\xc3\xa9", true},
      {"*?x", "\xc3\xa9", false},
      {"caf??", "caf\xc3\xa9", false},
  };
  for (const auto& c : cases)
    EXPECT_EQ(fits(c.pattern, c.text), c.fit) << c.pattern << " against " << c.text;
}

}  // namespace
}  // namespace mega
