// What the log tells of each call.
#include "api/status.h"
#include "base/log.h"
#include "tests/api/every_function_fixture.h"
#include "tests/support/scratch.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class DispatchLog : public EveryFunctionTest {
 protected:
  DispatchLog() { open(LogLevel::debug); }
  ~DispatchLog() override { EXPECT_TRUE(open_log(LogTarget{}).has_value()); }

  void open(LogLevel level) {
    ASSERT_TRUE(open_log(LogTarget{.file = folder_ / "log", .level = level}).has_value());
  }

  std::string log() const { return folder_.read("log"); }

 private:
  Scratch folder_;
};

TEST_F(DispatchLog, TellsOfAReadAtDebugWithItsModel) {
  value("get_all_server", "model='backup'");
  EXPECT_THAT(log(), AllOf(HasSubstr(" dispatch     DEBUG call=get_all_server model=\"backup\" "
                                     "door=unix who=\"root\" peer=\"uid=0 pid=1\" ms="),
                           HasSubstr(" result=ok\n")));
}

TEST_F(DispatchLog, SaysNothingOfAReadAtInfo) {
  open(LogLevel::info);
  value("get_all_server", "model='backup'");
  EXPECT_THAT(log(), IsEmpty());
}

TEST_F(DispatchLog, TellsOfAChangeAtInfoWithItsArguments) {
  value("add_server", "'10.0.0.1',server_name='db1'");
  EXPECT_THAT(log(), AllOf(HasSubstr(" INFO  call=add_server door=unix "),
                           HasSubstr(" args='10.0.0.1',server_name='db1' result=ok\n")));
}

TEST_F(DispatchLog, TellsOfRefusalsAtWarn) {
  const struct {
    const char* name;
    Caller caller;
    const char* function;
    const char* args;
    std::string said;
  } cases[] = {
      {"not allowed", reader_caller(), "add_server", "'10.0.0.1'",
       "result=not_allowed: add_server needs the permission write"},
      {"unknown function", reader_caller(), "drop\ntable", "",
       R"(call="drop\ntable" door=tls who="graphs" peer="10.0.0.8:50002")"},
      {"an argument", reader_caller(), "get_server", "ip='x'",
       "result=invalid_argument: get_server"},
      {"a change of what is not there", admin_caller(), "del_server", "'10.0.0.9'",
       "result=not_found: there is no server 10.0.0.9"},
      {"a later release", admin_caller(), "get_all_backup", "", "result=not_implemented: "},
      {"an ignored keyword", legacy_caller(Role::operator_), "add_server", "'10.0.0.1',x=1",
       "call=add_server ignored its unknown argument \"x\""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto before = log().size();
    EXPECT_EQ(outcome(c.caller, c.function, c.args).result.has_value(),
              c.caller.door == Door::legacy);
    EXPECT_THAT(log().substr(before), AllOf(HasSubstr(" WARN "), HasSubstr(c.said)));
  }
}

TEST_F(DispatchLog, TellsOfAReadOfWhatIsNotThereAtDebugOnly) {
  error("get_server", "ip='10.0.0.9'");
  EXPECT_THAT(log(), AllOf(HasSubstr(" DEBUG call=get_server "), HasSubstr(" result=not_found: ")));
}

TEST_F(DispatchLog, TellsOfABugAtError) {
  const ServerReport report{[]() -> Map { throw std::runtime_error("out of cheese"); }};
  api.services.add<const ServerReport>(report);
  error("server_status");
  EXPECT_THAT(log(), AllOf(HasSubstr(" ERROR call=server_status "), HasSubstr("out of cheese")));
}

TEST_F(DispatchLog, HoldsOneLineForOneCallWhateverItIsGiven) {
  value("add_owner", "'dba',comment='a\\nb\\r\\x01'");
  const std::string text = log();
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
}

TEST_F(DispatchLog, NeverHoldsSecrets) {
  outcome(legacy_caller(Role::operator_), "add_server",
          "'10.0.0.1',server_password='hunter2',info={'sql_text':'hunter2'}");
  EXPECT_THAT(log(), AllOf(HasSubstr("server_password='***'"), Not(HasSubstr("hunter2"))));
}

TEST_F(DispatchLog, TellsOfAPayloadThatNamesNoCall) {
  EXPECT_EQ(payload_of(answer(api, legacy_caller(), "garbage")), "-1");
  EXPECT_THAT(log(), HasSubstr(" WARN  door=legacy who=\"\" peer=\"127.0.0.1:50004\" "
                               "result=bad_envelope: "));
}

}  // namespace
}  // namespace mega
