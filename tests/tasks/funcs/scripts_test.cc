// add_script, get_all_script and del_script, as their callers see them.
#include "access/store/authority.h"
#include "tasks/store/script_store.h"
#include "tests/support/api_fixture.h"
#include "tests/support/scratch.h"
#include "trust/crypto.h"
#include "trust/signature.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;
using testing::Not;

class ScriptFunctions : public ApiTest {
 protected:
  ScriptFunctions() {
    api.services.add<const Authority>(*authority);
    api.services.add(script_store);
  }

  static std::int64_t version(const Value& answer) {
    return *answer.as<Map>()->find(std::string_view("version"))->as<std::int64_t>();
  }

  Scratch folder;
  std::unique_ptr<Authority> authority =
      Authority::open(folder.path(), {"mega.example"}, clock).value();
  ScriptStore script_store{*store->database};
};

TEST_F(ScriptFunctions, KeepAScriptThatTheSiteHasSigned) {
  EXPECT_EQ(version(value("add_script", "'a.sh','echo a'")), 1);
  const auto kept = script_store.script("a.sh");
  ASSERT_TRUE(kept && *kept);
  EXPECT_EQ((*kept)->content, "echo a");
  EXPECT_EQ((*kept)->digest, to_hex(sha256("echo a")));
  EXPECT_TRUE(check_script_signature(authority->ca(), "a.sh", (*kept)->digest, (*kept)->signature));
  EXPECT_EQ(serial_of((*kept)->signature), clock.now().seconds);
  EXPECT_EQ(*script_store.script_digest("a.sh"), (*kept)->digest);
  EXPECT_EQ(*script_store.script_digest("b.sh"), std::nullopt);
}

TEST_F(ScriptFunctions, SignEachVersionWithAGreaterSerial) {
  const auto serial = [this] { return serial_of((*script_store.script("a.sh"))->signature); };
  value("add_script", "'a.sh','echo a'");
  const std::int64_t first = serial();
  value("add_script", "'a.sh','echo b'");
  EXPECT_EQ(serial(), first + 1) << "the clock stands";
  clock.set(Time{first - 3600});
  value("add_script", "'a.sh','echo a'");
  EXPECT_EQ(serial(), first + 2);
  clock.set(Time{first + 3600});
  value("add_script", "'a.sh','echo b'");
  EXPECT_EQ(serial(), first + 3600);
}

TEST_F(ScriptFunctions, CountVersionsOfWhatWasChanged) {
  EXPECT_EQ(version(value("add_script", "'a.sh','echo a'")), 1);
  EXPECT_EQ(version(value("add_script", "'a.sh','echo a'")), 1);
  EXPECT_EQ(version(value("add_script", "'a.sh','echo b'")), 2);
  EXPECT_EQ(version(value("add_script", "'b.sh','echo b'")), 1);
  const Value all = value("get_all_script");
  EXPECT_EQ(row_count(all), 2u);
  EXPECT_EQ(cell(all, "name"), Value("a.sh"));
  EXPECT_EQ(cell(all, "version"), Value(2));
  EXPECT_EQ(cell(all, "bytes"), Value(6));
  EXPECT_EQ(cell(all, "added_by"), Value("root"));
}

TEST_F(ScriptFunctions, TakeBytesThatAreNoText) {
  value("add_script", R"('a.sh',b'\xff\x00')");
  EXPECT_EQ((*script_store.script("a.sh"))->content, std::string("\xff\0", 2));
}

TEST_F(ScriptFunctions, ForgetAScript) {
  value("add_script", "'a.sh','echo a'");
  EXPECT_EQ(value("del_script", "'a.sh'"), Value(0));
  EXPECT_EQ(row_count(value("get_all_script")), 0u);
  EXPECT_EQ(error("del_script", "'a.sh'").code, Errc::not_found);
  EXPECT_EQ(version(value("add_script", "'a.sh','echo a'")), 1);
}

TEST_F(ScriptFunctions, RefuseWhatIsNoScript) {
  for (const char* args : {"'../a.sh','x'", "'.a','x'", "'','x'", "'a.sh',''", "'a.sh',7"}) {
    EXPECT_EQ(error("add_script", args).code, Errc::invalid_argument) << args;
  }
}

// Who decides what hosts run needs no free command any more.
TEST_F(ScriptFunctions, AreForAdmins) {
  for (const Caller& caller : {operator_caller(), reader_caller(), agent_caller()}) {
    EXPECT_EQ(outcome(caller, "add_script", "'a.sh','x'").result.error().code, Errc::not_allowed);
    EXPECT_EQ(outcome(caller, "del_script", "'a.sh'").result.error().code, Errc::not_allowed);
  }
  EXPECT_TRUE(outcome(reader_caller(), "get_all_script").result);
}

TEST_F(ScriptFunctions, LeaveTheDigestInTheAuditAndNotTheContent) {
  value("add_script", "'a.sh','PASSWORD=hunter2'");
  const auto rows = store->audit.audit(1);
  ASSERT_TRUE(rows);
  const std::string text = to_python(Value(*rows));
  EXPECT_THAT(text, HasSubstr(to_hex(sha256("PASSWORD=hunter2"))));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace mega
