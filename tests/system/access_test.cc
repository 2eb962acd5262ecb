// Rules and what explains them: the real binary on both sides.
#include "tests/support/mega_command.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

class Access : public testing::Test {
 protected:
  CommandEnd mega(std::vector<std::string> arguments) {
    return run_mega(
        {.arguments = std::move(arguments), .environment = {{"MEGA_DATA", server_.folder()}}});
  }

  std::string legacy() const { return "legacy:127.0.0.1:" + std::to_string(server_.port()); }

  Scratch scratch_;
  ServerProcess server_{scratch_ / "data",
                        {"--rules", "deploy may call remote_cmd with cmd=disk_free.sh", "--rules",
                         "reader may not call get_server or search"}};
};

TEST_F(Access, IsToldForSomebodyElse) {
  const struct {
    const char* name;
    std::vector<std::string> words;
    int code;
    const char* out;
    const char* err;
  } cases[] = {
      {"the script of the rule",
       {"deploy", "remote_cmd", "ip=10.0.0.1", "port=3306", "cmd=disk_free.sh", "cmd_type=bash",
        "--role", "operator"},
       0,
       "allowed: the rule \"deploy may call remote_cmd with cmd=disk_free.sh\" lets",
       ""},
      {"another script",
       {"deploy", "remote_cmd", "'10.0.0.1',3306,'rm.sh','bash'", "--role", "operator"},
       6,
       "",
       "mega: not allowed: \"deploy\" as operator may call only what a rule says"},
      {"what the role lacks",
       {"anna", "get_all_owner", "--role", "agent"},
       6,
       "",
       "permission read"},
      {"a script on hosts",
       {"deploy", "disk_free.sh", "--target", "10.0.0.1,db2", "--role", "operator"},
       0,
       "allowed: the rule \"deploy may call remote_cmd with cmd=disk_free.sh\" lets",
       ""},
      {"another script on hosts",
       {"deploy", "rm.sh", "'-v'", "--target", "10.0.0.1", "--role", "operator"},
       6,
       "",
       "may call only what a rule says"},
      {"an agent's own host",
       {"db1", "client_ping", "ip=10.0.0.1", "--role", "agent", "--address", "10.0.0.1"},
       0,
       "allowed: ",
       ""},
      {"no role", {"anna", "get_all_owner"}, 2, "", "role=reader"},
      {"no such role", {"anna", "get_all_owner", "--role", "raeder"}, 2, "", "'reader'"},
      {"no such function", {"anna", "get_al_owner", "--role", "reader"}, 7, "", "'get_all_owner'"},
      {"an argument missing", {"anna", "del_server", "--role", "operator"}, 2, "", "needs ip"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<std::string> words{"server", "access"};
    words.insert(words.end(), c.words.begin(), c.words.end());
    const CommandEnd end = mega(words);
    EXPECT_EQ(end.code, c.code) << end.err;
    EXPECT_TRUE(end.out.starts_with(c.out)) << end.out;
    EXPECT_EQ(end.out.empty(), c.code != 0) << end.out;
    EXPECT_NE(end.err.find(c.err), std::string::npos) << end.err;
  }
}

TEST_F(Access, IsExplainedToTheCallerOverBothWires) {
  const CommandEnd ours = mega({"call", "--explain", "add_server", "ip=10.0.0.1"});
  EXPECT_EQ(ours.code, 0) << ours.err;
  EXPECT_TRUE(ours.out.starts_with("allowed: ")) << ours.out;
  EXPECT_EQ(mega({"call", "get_server", "ip=10.0.0.1"}).code, 7) << "explaining added it";

  const CommandEnd lacks =
      mega({"call", "--explain", "add_server", "ip=10.0.0.1", "--server", legacy()});
  EXPECT_EQ(lacks.code, 6) << lacks.out;
  EXPECT_EQ(lacks.out, "");
  EXPECT_NE(lacks.err.find("the permission write"), std::string::npos) << lacks.err;
  const CommandEnd ruled =
      mega({"call", "--explain", "get_server", "ip=10.0.0.1", "--server", legacy()});
  EXPECT_EQ(ruled.code, 6) << ruled.out;
  EXPECT_NE(ruled.err.find("\"reader may not call get_server or search\""), std::string::npos)
      << ruled.err;
  EXPECT_EQ(mega({"call", "--explain", "get_all_server", "--server", legacy()}).code, 0);
}

TEST_F(Access, IsExplainedOfOneCallForNow) {
  for (const auto& more :
       std::vector<std::vector<std::string>>{{}, {"main", "--time", "02:30"}, {"--batch", "-"}}) {
    std::vector<std::string> words{"call", "--explain"};
    words.insert(words.end(), more.begin(), more.end());
    const CommandEnd end = mega(words);
    EXPECT_EQ(end.code, 2) << end.out;
    EXPECT_NE(end.err.find("--explain is about one FUNCTION"), std::string::npos) << end.err;
  }
}

TEST(AccessRules, ThatCannotBeKeptKeepTheServerFromStarting) {
  const Scratch scratch;
  const CommandEnd end =
      run_mega({.arguments = {"server", "--data", scratch / "data", "--listen", "127.0.0.1:0",
                              "--rules", "reader may not call get_servr"}});
  EXPECT_EQ(end.code, 2);
  EXPECT_EQ(end.err,
            "mega: rules: the rule \"reader may not call get_servr\" cannot be kept: there is no "
            "function \"get_servr\", did you mean 'get_server'?; mega funcs lists them\n");
}

}  // namespace
}  // namespace mega
