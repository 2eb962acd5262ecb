#include "tasks/agent/prepare.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "tasks/agent/accounts.h"
#include "tests/support/scratch.h"
#include "trust/crypto.h"

namespace mega {
namespace {

namespace fs = std::filesystem;
using testing::Test;

class PrepareTest : public Test {
 protected:
  PrepareTest() {
    rules.script_folder = scratch.path();
    fs::permissions(scratch.path(), fs::perms(0755));
    for (const char* name : {"a.sh", "a.py", "a.pl", "plain", "tool"}) {
      fs::permissions(scratch.write(name, "# text\n"), fs::perms(0644));
    }
    fs::permissions(scratch / "tool", fs::perms(0755));
  }
  Result<Prepared> prepared(const TaskOrder& order) const {
    return prepare(order, rules, ScriptFolder(rules.script_folder, "", rules.unsigned_scripts));
  }
  // Without the folders, which are others on other hosts.
  std::string program_of(const TaskOrder& order) const {
    const auto ready = prepared(order);
    if (!ready) return ready.error().message;
    std::string text;
    for (const auto& word : ready->plan.arguments) {
      text += (text.empty() ? "" : " ") + fs::path(word).filename().string();
    }
    return text;
  }
  std::string refusal(const TaskOrder& order, Errc code = Errc::refused) const {
    const auto ready = prepared(order);
    EXPECT_FALSE(ready);
    if (ready) return "";
    EXPECT_EQ(ready.error().code, code) << ready.error().message;
    return ready.error().message;
  }

  const Scratch scratch;
  RunRules rules;
};

TEST_F(PrepareTest, TakesTheInterpreterThatIsNamedElseThatOfTheExtension) {
  const struct {
    const char* script;
    const char* interpreter;
    const char* program;
  } cases[] = {
      {"a.sh", "", "bash a.sh x"},       {"a.py", "", "python3 a.py x"},
      {"a.pl", "", "perl a.pl x"},       {"tool", "", "tool x"},
      {"plain", "bash", "bash plain x"}, {"a.sh", "python", "python3 a.sh x"},
      {"tool", "cmd", "tool x"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.script);
    EXPECT_EQ(
        program_of({.id = "1", .script = c.script, .interpreter = c.interpreter, .args = {"x"}}),
        c.program);
  }
  EXPECT_NE(refusal({.id = "1", .script = "plain"}).find("not executable"), std::string::npos);
  EXPECT_NE(refusal({.id = "1", .script = "a.sh", .interpreter = "cmd"}).find("not executable"),
            std::string::npos);
}

TEST_F(PrepareTest, SaysWhichInterpreterIsMissing) {
  rules.python = "python9";
  EXPECT_NE(refusal({.id = "1", .script = "a.py"}).find("there is no python9 in /usr/local/sbin"),
            std::string::npos);
}

TEST_F(PrepareTest, RunsCommandsOnlyWhereTheHostAllowsThem) {
  const TaskOrder order{.id = "1", .command = {"uname", "-a"}};
  EXPECT_NE(refusal(order).find("run.allow_commands is off"), std::string::npos);
  rules.allow_commands = true;
  EXPECT_EQ(program_of(order), "uname -a");
  EXPECT_NE(refusal({.id = "1", .command = {"no-such-program"}}).find("there is no"),
            std::string::npos);
}

TEST_F(PrepareTest, TellsAScriptThatMustBeSentFirst) {
  const std::string here = to_hex(sha256("# text\n"));
  EXPECT_TRUE(prepared({.id = "1", .script = "a.sh", .digest = here}));
  refusal({.id = "1", .script = "a.sh", .digest = std::string(64, '0')}, Errc::not_found);
  refusal({.id = "1", .script = "missing.sh", .digest = here}, Errc::not_found);
}

TEST_F(PrepareTest, GivesACleanEnvironment) {
  const auto ready =
      prepared({.id = "7/db1/1", .script = "a.sh", .environment = {{"MEGA_WHAT", "x=y"}}});
  ASSERT_TRUE(ready) << ready.error().message;
  std::map<std::string, std::string> environment;
  for (const auto& text : ready->plan.environment) {
    environment[text.substr(0, text.find('='))] = text.substr(text.find('=') + 1);
  }
  EXPECT_EQ(environment["MEGA_TASK_ID"], "7/db1/1");
  EXPECT_EQ(environment["MEGA_WHAT"], "x=y");
  EXPECT_EQ(environment["PATH"], rules.path);
  EXPECT_EQ(environment["HOME"], own_account().home);
  environment.erase("TZ");
  EXPECT_EQ(environment.size(), own_account().name.empty() ? 6u : 8u);
}

TEST_F(PrepareTest, TakesNoVariablesThatMakeInterpretersRunSomethingElse) {
  const auto with = [](const char* name) {
    return TaskOrder{.id = "1", .script = "a.sh", .environment = {{name, "x"}}};
  };
  for (const char* name : {"LD_PRELOAD", "BASH_ENV", "BASH_FUNC_ls%%", "PATH", "MEGA_TASK_ID"}) {
    EXPECT_NE(refusal(with(name)).find(name), std::string::npos);
  }
  rules.variables = {"DATABASE"};
  EXPECT_TRUE(prepared(with("DATABASE")));
  refusal(with("PATH"));
}

TEST_F(PrepareTest, RunsAsWhomTheHostAllows) {
  if (::getuid() != 0) GTEST_SKIP() << "only root may";
  TaskOrder order{.id = "1", .script = "a.sh"};
  EXPECT_FALSE(prepared(order)->plan.account);
  order.user = "daemon";
  EXPECT_NE(refusal(order).find("run.users"), std::string::npos);
  for (const auto& users : {std::vector<std::string>{"daemon"}, {"*"}}) {
    rules.users = users;
    const auto ready = prepared(order);
    ASSERT_TRUE(ready) << ready.error().message;
    ASSERT_TRUE(ready->plan.account);
    EXPECT_EQ(ready->plan.account->uid, 1u);  // of every Debian
  }
  order.user = "no-such-user";
  EXPECT_NE(refusal(order).find("has no user"), std::string::npos);
  rules.user = "nobody";
  order.user.clear();
  EXPECT_EQ(prepared(order)->plan.account->name, "nobody");
}

TEST_F(PrepareTest, KeepsTheLimitsOfTheHostUnlessTheOrderHasItsOwn) {
  auto limits = prepared({.id = "1", .script = "a.sh"})->limits;
  EXPECT_EQ(limits.time, rules.time_limit);
  EXPECT_EQ(limits.output_bytes, rules.output_bytes);
  limits = prepared({.id = "1",
                     .script = "a.sh",
                     .time_limit_s = 7,
                     .output_limit_bytes = std::int64_t{1} << 40})
               ->limits;
  EXPECT_EQ(limits.time, std::chrono::seconds(7));
  EXPECT_EQ(limits.output_bytes, static_cast<std::size_t>(output_bytes_max));
  EXPECT_NE(refusal({.id = "1", .script = "a.sh", .folder = "tmp"}).find("begin with /"),
            std::string::npos);
}

TEST(Accounts, AreNamesOfThisHostOrNumbers) {
  const auto root = find_account("root");
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_EQ(root->uid, 0u);
  EXPECT_EQ(root->home, "/root");
  const auto numbers = find_account("54321:65432");
  ASSERT_TRUE(numbers);
  EXPECT_EQ(numbers->uid, 54321u);
  EXPECT_EQ(numbers->groups, std::vector<gid_t>{65432});
  EXPECT_EQ(numbers->home, "/");
  for (const char* user : {"1:", ":1", "a:b", "-1:1", "1:4294967295", "1:1:1"}) {
    EXPECT_EQ(find_account(user).error().code, Errc::invalid_argument) << user;
  }
  EXPECT_EQ(find_account("no-such-user").error().code, Errc::not_found);
}

TEST(Accounts, HaveTheGroupsThatNameThem) {
  const std::string text =
      "root:x:0:\nmysql:x:110:\nbackup:x:34:mysql,other\n# comment\nadm:x:4:syslog,mysql\n"
      "broken:x:abc:mysql\nlike:x:5:mysqld\n";
  EXPECT_EQ(groups_of("mysql", 110, text), (std::vector<gid_t>{110, 34, 4}));
  EXPECT_EQ(groups_of("nobody", 7, text), std::vector<gid_t>{7});
}

}  // namespace
}  // namespace mega
