// Envelopes with TYPE 1: nobody comes further by them than by remote_cmd.
#include "schedules/server/schedule_call.h"
#include "schedules/store/schedule_store.h"
#include "tasks/server/tasks.h"
#include "tasks/store/script_store.h"
#include "tasks/store/task_store.h"
#include "tests/support/api_fixture.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;

// Nobody drives the tasks: who waits hears at once that they go on.
class NoTasksRun : public Tasks {
 public:
  void look() override {}
  void watch(TaskWatch watch) override { watch.hear({}); }
};

class RemoteTasks : public ApiTest {
 protected:
  RemoteTasks() {
    api.services.add<Tasks>(tasks);
    api.services.add(task_store);
    api.services.add(script_store);
    api.services.add(schedule_store);
    value("add_server", "'10.0.0.1',server_name='db1'");
    value("add_server", "'10.0.0.2',server_name='db2'");
  }

  Result<Value> remote(const Caller& caller, const Value& target, const Value& args = Value()) {
    return dispatch(api, caller,
                    {.id = caller.door == Door::legacy ? 0 : 1,
                     .function = "a.sh",
                     .args = args,
                     .type = 1,
                     .target = target})
        .result;
  }

  bool allowed(const Caller& caller, const Value& target, const Value& args = Value()) {
    const auto result = remote(caller, target, args);
    return result || result.error().code != Errc::not_allowed;
  }

  std::size_t task_count() { return task_store.active_tasks()->size(); }

  TaskStore task_store{*store->database};
  ScriptStore script_store{*store->database};
  ScheduleStore schedule_store{*store->database};
  NoTasksRun tasks;
};

TEST_F(RemoteTasks, KeepToTheRulesOfRemoteCmd) {
  const struct {
    const char* rule;
    Value target;
    Value args;
    bool allowed;
  } cases[] = {
      {"deploy may not call remote_cmd with ip=10.0.0.1", "db1", {}, false},
      {"deploy may not call remote_cmd with ip=10.0.0.1", "10.0.0.1", {}, false},
      {"deploy may not call remote_cmd with ip=10.0.0.1", "db[1-2]", {}, false},
      {"deploy may not call remote_cmd with ip=10.0.0.1", List{"db2", "DB1"}, {}, false},
      {"deploy may not call remote_cmd with ip=10.0.0.1", "db2", {}, true},
      {"deploy may call remote_cmd with ip=10.0.0.2", "db2", {}, true},
      {"deploy may call remote_cmd with ip=10.0.0.2", "db1,db2", {}, false},
      {"deploy may not call remote_cmd on db1", "10.0.0.1", {}, false},
      {"deploy may call remote_cmd with cmd=a.sh on 10.0.0.2", "db2", {}, true},
      {"deploy may call remote_cmd with cmd=b.sh", "db2", {}, false},
      {"deploy may not call remote_cmd with cmd_type=*", "db2", {}, false},
      {"deploy may call remote_cmd with cmd_type=bash", "db2", {}, false},
      {"deploy may not call remote_cmd with port=*", "db2", {}, false},
      {"deploy may call remote_cmd with port=3306", "db2", {}, false},
      {"deploy may not call remote_cmd with task_id=*", "db2", {}, true},
      {"deploy may not call remote_cmd with args=rm*", "db2", List{"-v", "rm x"}, false},
      {"deploy may not call remote_cmd with args=rm*", "db2", Map{{"what", "rm"}}, false},
      {"deploy may not call remote_cmd with args=rm*", "db2", "'ls', 'x'", true},
      {"deploy may not call remote_*", "db2", {}, false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::Message() << c.rule << " / " << to_python(c.target));
    api.rules = {parse_rule(c.rule).value()};
    const std::size_t before = task_count();
    EXPECT_EQ(allowed(operator_caller(), c.target, c.args), c.allowed);
    EXPECT_EQ(task_count() > before, c.allowed);
    const Envelope by_name{
        .id = 1,
        .function = "remote_task",
        .args = Map{{"cmd", "a.sh"}, {"hosts", c.target}, {"args", c.args}, {"wait", false}}};
    EXPECT_EQ(dispatch(api, operator_caller(), by_name).result.has_value(), c.allowed);
  }
}

TEST_F(RemoteTasks, AreForWhoMayRun) {
  EXPECT_FALSE(allowed(agent_caller(), "db1"));
  EXPECT_FALSE(allowed(agent_caller(), "10.0.0.9"));
  EXPECT_FALSE(allowed(reader_caller(), "db1"));
  EXPECT_FALSE(allowed(legacy_caller(), "db1"));
  EXPECT_EQ(task_count(), 0u);
  EXPECT_TRUE(allowed(legacy_caller(Role::operator_), "db1"));
  EXPECT_EQ(task_count(), 1u);
  api.legacy_functions = {"get_all_server", "remote_cmd"};
  EXPECT_FALSE(allowed(legacy_caller(Role::operator_), "db1"));
  api.legacy_functions.insert("remote_task");
  EXPECT_TRUE(allowed(legacy_caller(Role::operator_), "db1"));
}

TEST_F(RemoteTasks, LeaveARowWhenTheyAreRefused) {
  EXPECT_FALSE(allowed(reader_caller(), "db1", "'x'"));
  const Value row = value("get_audit", "count=1");
  EXPECT_EQ(cell(row, "function"), Value("remote_task"));
  EXPECT_THAT(to_python(cell(row, "args")), HasSubstr("a.sh"));
  EXPECT_THAT(to_python(cell(row, "args")), HasSubstr("db1"));
  EXPECT_THAT(to_python(cell(row, "result")), HasSubstr("not_allowed: "));
}

TEST_F(RemoteTasks, ShowNoSecretOfTheirArguments) {
  ASSERT_TRUE(allowed(operator_caller(), "db1", "{'user': 'x', 'password': 'hunter2'}"));
  ASSERT_TRUE(allowed(operator_caller(), "db1", Map{{"password", "hunter2"}}));
  EXPECT_EQ(task_store.active_tasks()->front().order.args.front(),
            "{'user': 'x', 'password': 'hunter2'}");
  for (const char* function : {"get_audit", "get_all_task"}) {
    const std::string shown = to_python(value(function));
    EXPECT_THAT(shown, HasSubstr("***"));
    EXPECT_THAT(shown, testing::Not(HasSubstr("hunter2")));
  }
}

TEST_F(RemoteTasks, AreExplainedAsTheyAreDecided) {
  api.rules = {parse_rule("deploy may not call remote_cmd with ip=10.0.0.1").value()};
  for (const char* host : {"db1", "db2", "10.0.0.1", "10.0.0.2"}) {
    SCOPED_TRACE(host);
    const auto told =
        outcome(operator_caller(), "explain", fmt::format("'a.sh',type=1,target='{}'", host))
            .result;
    ASSERT_TRUE(told) << told.error().message;
    EXPECT_EQ(*told->as<Map>()->find(std::string_view("allowed")),
              Value(allowed(operator_caller(), host)));
  }
  EXPECT_EQ(error("explain", "'a.sh',type=2").code, Errc::bad_envelope);
}

TEST_F(RemoteTasks, AreCheckedAgainWhenTheyAreDue) {
  const Envelope later{
      .id = 1, .function = "a.sh", .type = 1, .time = "2014-07-31 23:00", .target = "db1"};
  ASSERT_EQ(dispatch(api, operator_caller(), later).result.value(), Value(1));
  const auto kept = schedule_store.schedule(1).value();
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->function, "remote_task");
  const Envelope call = call_of(*kept).value();
  EXPECT_EQ(dispatch(api, operator_caller(), call).result.value(), Value(1));  // a task
  api.rules = {parse_rule("deploy may not call remote_cmd on db1").value()};
  EXPECT_EQ(dispatch(api, operator_caller(), call).result.error().code, Errc::not_allowed);
  EXPECT_EQ(dispatch(api, operator_caller(), later).result.error().code, Errc::not_allowed);
}

}  // namespace
}  // namespace mega
