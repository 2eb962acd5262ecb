// The functions around tasks: what they take, refuse and note. Nobody drives the tasks here.
#include "tasks/server/tasks.h"
#include "tasks/store/script_store.h"
#include "tasks/store/task_store.h"
#include "tests/support/api_fixture.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;

// Looks on, and lets a test end what waits.
class IdleTasks : public Tasks {
 public:
  void look() override { ++looks; }
  void watch(TaskWatch watch) override { watch.hear({.next = 5}); }
  int looks = 0;
};

class TaskFunctions : public ApiTest {
 protected:
  TaskFunctions() {
    api.services.add<Tasks>(tasks);
    api.services.add(task_store);
    api.services.add(script_store);
    peers.there = [](std::string_view agent) { return agent == "db1"; };
    api.services.add<Peers>(peers);
    value("add_server", "'10.0.0.1',server_name='db1',server_cluster='orders'");
    value("add_server", "'10.0.0.2',server_name='db2'");
  }

  // Every host of the task ends so.
  void end_all(std::int64_t task, TaskOutcome outcome) {
    std::vector<TargetChange> changes;
    const auto size = task_store.task_targets(task).value().size();
    for (std::size_t i = 0; i < size; ++i) {
      changes.push_back({.task = task, .position = i, .state = TaskState::running, .attempt = 1});
      changes.push_back(
          {.task = task, .position = i, .state = outcome.state, .attempt = 1, .outcome = outcome});
    }
    const TaskEnding ending{.task = task, .how = TaskEnd::done};
    ASSERT_TRUE(task_store.note_targets(changes, {&ending, 1}).has_value());
  }

  TaskStore task_store{*store->database};
  ScriptStore script_store{*store->database};
  FakePeers peers;
  IdleTasks tasks;
};

TEST_F(TaskFunctions, AddATaskAndTellOfIt) {
  EXPECT_EQ(value("add_task", "script='df.sh',hosts='db[1-2]',args=['-h',7],timeout='30s'"),
            Value(1));
  EXPECT_EQ(tasks.looks, 1);
  const auto task = task_store.active_tasks().value().front();
  EXPECT_EQ(task.order.script, "df.sh");
  EXPECT_EQ(task.order.args, (std::vector<std::string>{"-h", "7"}));
  EXPECT_EQ(task.order.time_limit_s, 30);
  EXPECT_EQ(task.targets.size(), 2u);
  EXPECT_EQ(cell(value("get_all_task"), "what"), Value("df.sh -h 7"));
  EXPECT_EQ(cell(value("get_task", "1"), "hosts"), Value(2));
  EXPECT_EQ(row_count(value("get_task_targets", "1")), 2u);
  EXPECT_EQ(error("get_task", "9").code, Errc::not_found);
  EXPECT_EQ(error("get_task_targets", "9").code, Errc::not_found);
  const Value news = value("wait_task", "1");
  EXPECT_EQ(*news.as<Map>()->find(std::string_view("next")), Value(5));
  EXPECT_EQ(value("cancel_task", "1"), Value(0));
  EXPECT_EQ(task_store.cancelled_tasks().value().size(), 1u);
}

TEST_F(TaskFunctions, RefuseWhatNoHostCouldRun) {
  const struct {
    const char* name;
    const char* args;
    Errc code;
    const char* sentence;
  } cases[] = {
      {"no hosts", "script='df.sh'", Errc::invalid_argument, "say on which hosts"},
      {"an unknown host", "script='df.sh',hosts='db1,db22'", Errc::not_found,
       "there is no host \"db22\""},
      {"a list with a mistake", "script='df.sh',hosts='db[1-'", Errc::invalid_argument, "^"},
      {"a condition with a mistake", "script='df.sh',where='cluster=='", Errc::invalid_argument,
       "^"},
      {"an unknown field", "script='df.sh',where='clutser=orders'", Errc::invalid_argument,
       "cluster"},
      {"a condition that selects nothing", "script='df.sh',where='cluster=none'", Errc::not_found,
       "selects no host"},
      {"neither script nor command", "hosts='db1'", Errc::invalid_argument, "script"},
      {"a path", "script='../df.sh',hosts='db1'", Errc::invalid_argument, "df.sh"},
      {"a slash", "script='a/df.sh',hosts='db1'", Errc::invalid_argument, "df.sh"},
      {"a NUL", "script='df.sh',hosts='db1',args=['a\\x00b']", Errc::invalid_argument, "NUL"},
      {"both", "script='df.sh',command=['df'],hosts='db1'", Errc::invalid_argument, "not both"},
      {"a batch", "script='df.sh',hosts='db1',batch='ten'", Errc::invalid_argument, "a batch is"},
      {"a time", "script='df.sh',hosts='db1',timeout='soon'", Errc::invalid_argument, "timeout"},
      {"a map of variables", "script='df.sh',hosts='db1',environment=[1]", Errc::invalid_argument,
       "environment takes"},
      {"words", "script='df.sh',hosts='db1',args=[[1]]", Errc::invalid_argument, "args takes"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Error refused = error("add_task", c.args);
    EXPECT_EQ(refused.code, c.code) << refused.message;
    EXPECT_THAT(refused.message, HasSubstr(c.sentence));
  }
  EXPECT_EQ(row_count(value("get_all_task")), 0u) << "nothing was started";
  value("del_server", "'10.0.0.2'");
  EXPECT_EQ(error("add_task", "script='df.sh',hosts='db2'").code, Errc::refused);
}

TEST_F(TaskFunctions, ReadAConditionAsItsFieldsSay) {
  value("add_instance", "'10.0.0.2',3306,instance_role=2,instance_version='10.11.6-MariaDB'");
  const std::string task = "script='df.sh',dry_run=True,where=";
  const Value slaves = value("add_task", task + "'role=slave and version~10.11'");
  ASSERT_EQ(row_count(slaves), 1u);
  EXPECT_EQ(cell(slaves, "host"), Value("db2"));
  EXPECT_EQ(row_count(value("add_task", task + "'ip=10.0.0.1'")), 1u) << "one without instances";
  EXPECT_THAT(error("add_task", task + "'role=slave and elephant=1'").message,
              HasSubstr("\"elephant\""));
  EXPECT_THAT(error("add_task", task + "'os=Linux and elephant=1'").message,
              HasSubstr("\"elephant\""));
  EXPECT_THAT(error("add_task", task + "'role=slave',what='server'").message,
              HasSubstr("\"role\""));
}

TEST_F(TaskFunctions, TellThePlanWithoutDoingIt) {
  const Value plan = value("add_task", "script='df.sh',hosts='10.0.0.2,db1',dry_run=True");
  ASSERT_EQ(row_count(plan), 2u);
  EXPECT_EQ(cell(plan, "host"), Value("db2"));
  EXPECT_EQ(cell(plan, "daemon"), Value("away"));
  EXPECT_EQ(row_count(value("get_all_task")), 0u);
  EXPECT_EQ(error("add_task", "script='a/b',hosts='db1',dry_run=True").code,
            Errc::invalid_argument);
}

TEST_F(TaskFunctions, KeepInputsOutOfTheAudit) {
  value("add_task", "script='df.sh',hosts='db1',input='hunter2'");
  EXPECT_EQ(task_store.active_tasks().value()[0].order.input, "hunter2");
  const auto audit = store->audit.audit(1).value();
  for (const Value& text : audit.cells) {
    if (const auto* shown = text.as<std::string>()) {
      EXPECT_THAT(*shown, testing::Not(HasSubstr("hunter2")));
    }
  }
}

TEST_F(TaskFunctions, RepeatATask) {
  const Value id = value("add_task", "script='df.sh',hosts='db[1-2]'");
  EXPECT_EQ(error("again_task", "1").code, Errc::refused);
  end_all(1, {.state = TaskState::failed, .exit_code = 1});
  EXPECT_EQ(value("again_task", "1"), Value(2));
  EXPECT_EQ(cell(value("get_task", "2"), "again_of"), Value(1));
  EXPECT_EQ(error("cancel_task", "1").code, Errc::refused);
  EXPECT_EQ(row_count(value("get_task_log", "1")), 2u);
}

TEST_F(TaskFunctions, AreNarrowedByRulesOnEveryNameOfAHost) {
  const struct {
    const char* name;
    const char* rule;
    const char* args;
    bool allowed;
  } cases[] = {
      {"by name", "deploy may call add_task on db1", "script='df.sh',hosts='db1'", true},
      {"by name, asked by address", "deploy may call add_task on db1",
       "script='df.sh',hosts='10.0.0.1'", true},
      {"by address, asked by range", "deploy may call add_task on 10.0.0.*",
       "script='df.sh',hosts='db[1-2]'", true},
      {"one of two", "deploy may call add_task on db1", "script='df.sh',hosts='db[1-2]'", false},
      {"by a condition", "deploy may call add_task on db1", "script='df.sh',where='name=db2'",
       false},
      {"another script", "deploy may call add_task with script=df.sh on db*",
       "script='rm.sh',hosts='db1'", false},
      {"that script", "deploy may call add_task with script=df.sh on db*",
       "script='df.sh',hosts='db1'", true},
      {"forbidden by name, asked by address", "deploy may not call add_task on db1",
       "script='df.sh',hosts='10.0.0.1'", false},
      {"forbidden elsewhere", "deploy may not call add_task on db1", "script='df.sh',hosts='db2'",
       true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    api.rules = {parse_rule(c.rule).value()};
    const auto result = outcome(operator_caller(), "add_task", c.args).result;
    EXPECT_EQ(result.has_value(), c.allowed) << (result ? "" : result.error().message);
    if (!result) {
      EXPECT_EQ(result.error().code, Errc::not_allowed);
    }
  }
  api.rules.clear();
  EXPECT_EQ(outcome(reader_caller(), "add_task", "script='df.sh',hosts='db1'").result.error().code,
            Errc::not_allowed);
  EXPECT_TRUE(outcome(reader_caller(), "get_all_task").result.has_value());
}

// Each row adds servers that lead to the daemon of db1, whose heartbeats come from 10.0.0.1.
TEST_F(TaskFunctions, AreNarrowedByRulesOnTheDaemonWhateverServerNamesIt) {
  const struct {
    const char* name;
    const char* server;
    const char* rule;
    const char* asked;
    bool allowed;
  } cases[] = {
      {"its name", "'10.99.0.1',server_name='db1'", "deploy may not call add_task on 10.0.0.1",
       "10.99.0.1", false},
      {"its name in capitals", "'10.99.0.1',server_name='DB1'",
       "deploy may not call add_task on 10.0.0.1", "10.99.0.1", false},
      {"its name, for may", "'10.99.0.1',server_name='db1'", "deploy may call add_task on 10.99.*",
       "10.99.0.1", false},
      {"both are allowed", "'10.99.0.1',server_name='db1'",
       "deploy may call add_task on 10.99.* or 10.0.0.1", "10.99.0.1", true},
      {"dialled there", "'::ffff:10.0.0.1',server_name='x',server_tags='daemon=legacy'",
       "deploy may not call add_task on 10.0.0.1", "x", false},
      {"dialled at another address of its host",
       "'192.168.7.1',server_name='x',server_tags='daemon=legacy'",
       "deploy may not call add_task on db1", "x", false},
      {"another daemon", "'10.99.0.1',server_name='web1'",
       "deploy may not call add_task on 10.0.0.1", "10.99.0.1", true},
  };
  const Heartbeat beat{
      .name = "db1", .ip = "10.0.0.1", .facts = R"({"addresses":["192.168.7.1"]})"};
  ASSERT_TRUE(store->hosts.take_heartbeat({}, beat).has_value());
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    value("add_server", c.server);
    api.rules = {parse_rule(c.rule).value()};
    const auto result =
        outcome(operator_caller(), "add_task", fmt::format("script='x.sh',hosts='{}'", c.asked))
            .result;
    EXPECT_EQ(result.has_value(), c.allowed) << (result ? "" : result.error().message);
    api.rules.clear();
    for (const char* ip : {"10.99.0.1", "192.168.7.1", "::ffff:10.0.0.1"}) {
      (void)call("del_server", fmt::format("'{}'", ip));
      (void)call("mod_server", fmt::format("'{}',server_name='gone',server_tags=''", ip));
    }
  }
}

TEST_F(TaskFunctions, RepeatWhatTheCallerMayStart) {
  value("add_task",
        "script='rm.sh',args=['-r'],hosts='db[1-2]',nice=5,timeout='120s',batch='50%',"
        "output_limit=1000,max_failures=3,per_cluster=2,in_windows=1");
  end_all(1, {.state = TaskState::failed});
  ASSERT_EQ(task_store.active_tasks()->size(), 0u);
  const struct {
    const char* rule;
    bool allowed;
  } cases[] = {
      {"deploy may not call add_task with script=rm.sh", false},
      {"deploy may not call add_task with args=-r", false},
      {"deploy may not call add_task with nice=5", false},
      {"deploy may not call add_task with timeout=2m", false},
      {"deploy may not call add_task with batch=50%", false},
      {"deploy may not call add_task with output_limit=1000", false},
      {"deploy may not call add_task with max_failures=3", false},
      {"deploy may not call add_task with per_cluster=2", false},
      {"deploy may not call add_task with in_windows=1", false},
      {"deploy may not call add_task on db1", false},
      {"deploy may not call again_task on 10.0.0.2", false},
      {"deploy may call add_task or again_task on db1", false},
      {"deploy may call again_task", false},
      {"deploy may call add_task or again_task on 10.0.0.*", true},
      {"deploy may not call add_task with script=df.sh", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.rule);
    api.rules = {parse_rule(c.rule).value()};
    const auto result = outcome(operator_caller(), "again_task", "1").result;
    EXPECT_EQ(result.has_value(), c.allowed) << (result ? "" : result.error().message);
    EXPECT_TRUE(result || result.error().code == Errc::not_allowed);
  }
}

TEST_F(TaskFunctions, AnswerRemoteCmdAsIn2014) {
  // Ends the task while it is waited for.
  struct EndingTasks : IdleTasks {
    void watch(TaskWatch watch) override {
      end(watch.task);
      watch.hear({});
    }
    std::function<void(std::int64_t)> end;
  } ending;
  api.services.add<Tasks>(ending);
  const struct {
    const char* name;
    TaskOutcome outcome;
    const char* answer;
  } cases[] = {
      {"ok",
       {.state = TaskState::ok, .exit_code = 0, .output = "out\n", .errors = "err\n"},
       "(0, 'out\\nerr')"},
      {"exit code 3", {.state = TaskState::failed, .exit_code = 3}, "(768, '')"},
      {"a signal", {.state = TaskState::failed, .signal = 9}, "(35072, '')"},
      {"several newlines at the end",
       {.state = TaskState::ok, .exit_code = 0, .output = "a\n\n\n"},
       R"((0, 'a\n\n'))"},
      {"nothing but a newline",
       {.state = TaskState::ok, .exit_code = 0, .output = "\n"},
       "(0, '')"},
      {"GBK", {.state = TaskState::ok, .exit_code = 0, .output = "\xd6\xd0"}, R"((0, '\xd6\xd0'))"},
      {"UTF-8 cut inside a character",
       {.state = TaskState::ok, .exit_code = 0, .output = "\xe4\xb8\xad\xe4\xb8"},
       R"((0, '\xe4\xb8\xad\xe4\xb8'))"},
      {"away", {.state = TaskState::unreachable}, "0"},
      {"too long", {.state = TaskState::timed_out}, ""},
      {"refused",
       {.state = TaskState::refused, .reason = "no such script"},
       "(-1, 'no such script')"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    ending.end = [&](std::int64_t task) { end_all(task, c.outcome); };
    EXPECT_EQ(legacy_answer(legacy_caller(Role::operator_), "remote_cmd",
                            "'10.0.0.1',3307,'x.sh','bash',5,'one argument'"),
              c.answer);
  }
  EXPECT_EQ(
      legacy_answer(legacy_caller(Role::operator_), "remote_cmd", "'10.0.0.9',3307,'x.sh','bash'"),
      "0");
  const auto again = task_store.task_again(1, true).value();
  EXPECT_EQ(again.order.args, std::vector<std::string>{"5  one argument"});
  EXPECT_EQ(again.order.interpreter, "bash");
  EXPECT_EQ(again.order.environment.at("MEGA_PORT"), "3307");
}

TEST_F(TaskFunctions, GiveScriptsTheArgumentsOf2014) {
  using Words = std::vector<std::string>;
  const struct {
    const char* name;
    std::string args;  // behind the script and its interpreter
    Words words;
  } cases[] = {
      {"none", "", {}},
      {"no arguments, but a task", "9", {}},
      {"text", "None,'17:24'", {"17:24"}},
      {"a task before text", R"(9,"'17:24'")", {"9  '17:24'"}},
      {"a task as text", "'9','x'", {"9  x"}},
      {"no task", "0,'x'", {"x"}},
      {"a list", "9,['a','b']", {"9  a", "b"}},
      {"a dict", "None,{'port': 3306L}", {"{'port': 3306}"}},
      {"a task before a dict", "9,{'ip': '\\xe4\\xb8\\xad'}", {R"(9  {'ip': '\xe4\xb8\xad'})"}},
      {"a number", "None,3306", {"3306"}},
      {"a truth", "None,True", {"True"}},
      {"a list within a list", "None,['a',['b']]", {"a", "['b']"}},
      {"GBK", R"(None,'\xd6\xd0')", {"\xd6\xd0"}},
  };
  std::int64_t task = 0;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string args = "'10.0.0.1',3306,'x.sh','bash'" + (c.args.empty() ? "" : "," + c.args);
    legacy_answer(legacy_caller(Role::operator_), "remote_cmd", args);
    EXPECT_EQ(task_store.active_tasks(task++).value().at(0).order.args, c.words);
  }
}

TEST_F(TaskFunctions, DoNotNeedThePortOf2014) {
  const struct {
    const char* port;
    const char* variable;  // MEGA_PORT; empty: not set
    Errc over_our_dialect = Errc::internal;
  } cases[] = {{"3307", "3307"},
               {"'3307'", "3307"},
               {"None", ""},
               {"0", ""},
               {"''", ""},
               {"70000", "", Errc::invalid_argument},
               {"'x'", "", Errc::invalid_argument}};
  std::int64_t task = 0;
  for (const auto& c : cases) {
    SCOPED_TRACE(c.port);
    const std::string args = fmt::format("'10.0.0.1',{},'x.sh','bash'", c.port);
    legacy_answer(legacy_caller(Role::operator_), "remote_cmd", args);
    const auto order = task_store.active_tasks(task++).value().at(0).order;
    const auto variable = order.environment.find("MEGA_PORT");
    EXPECT_EQ(variable == order.environment.end() ? "" : variable->second, c.variable);
    if (c.over_our_dialect == Errc::internal) continue;
    EXPECT_EQ(error("remote_cmd", args).code, c.over_our_dialect);
  }
}

TEST_F(TaskFunctions, TakeTheReportsOfHostsOf2014) {
  value("add_task", "script='df.sh',hosts='db1'");
  Caller host = legacy_caller();
  host.address = "10.0.0.1";
  EXPECT_EQ(
      legacy_answer(host, "task_log", "1,'2014-07-31 14:13:07','2014-07-31 14:14:00',0,0,'fine'"),
      "1");
  host.address = "10.0.0.2";
  EXPECT_EQ(legacy_answer(host, "task_log", "1,None,None,0"), "-1");
  EXPECT_EQ(cell(value("get_task_log"), "comment"), Value("fine"));
}

}  // namespace
}  // namespace mega
