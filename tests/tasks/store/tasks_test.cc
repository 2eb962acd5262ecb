// Tasks in the store: added, driven step by step, each target with exactly one end.
#include "tasks/store/task_store.h"
#include "tests/inventory/store/fixture.h"
#include "tests/support/store.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class StoredTasks : public testing::Test {
 protected:
  StoredTasks() : store(Store::open_in_memory(clock).value()) {}

  static NewTask task_on(const std::vector<std::string>& names) {
    NewTask task{.order = {.script = "uptime.sh", .args = {"-a", "two words"}}};
    for (const std::string& name : names) {
      task.hosts.push_back({.host = name, .ip = "10.0.0.1", .agent = name});
    }
    return task;
  }

  std::int64_t added(const NewTask& task) { return task_store.add_task(root, task).value(); }

  void note(std::int64_t task, std::size_t position, TaskState state, TaskOutcome outcome = {}) {
    outcome.state = state;
    const TargetChange change{
        .task = task, .position = position, .state = state, .attempt = 1, .outcome = outcome};
    const auto noted = task_store.note_targets({&change, 1}, {});
    ASSERT_TRUE(noted.has_value()) << noted.error().message;
  }

  std::vector<std::string> states(std::int64_t task) {
    return lines(task_store.task_targets(task), {"host", "state"});
  }

  std::vector<std::string> numbers() {
    return lines(task_store.tasks(State::all, 0),
                 {"id", "state", "hosts", "running", "ok", "failed", "unreachable", "cancelled"});
  }

  FakeClock clock;
  std::unique_ptr<Store> store;
  TaskStore task_store{*store->database};
};

TEST_F(StoredTasks, AreReadBackAsTheyWereAdded) {
  NewTask task = task_on({"db1", "db2"});
  task.order.input = std::string("pass\0word", 9);
  task.order.environment = {{"A", "b=c"}};
  task.pacing = {.batch = {25, true}, .per_cluster = 2, .failures_max = 3};
  task.in_windows = true;
  task.expires = {clock.now().seconds + 60};
  task.hosts[1].cluster = "orders";
  task.hosts[1].window = "22:00-06:00";
  task.hosts[1].legacy_port = 1105;
  const std::int64_t id = added(task);

  const auto active = task_store.active_tasks().value();
  ASSERT_EQ(active.size(), 1u);
  EXPECT_EQ(active[0].id, id);
  EXPECT_EQ(active[0].order, task.order);
  EXPECT_EQ(active[0].pacing.batch, task.pacing.batch);
  EXPECT_EQ(active[0].pacing.per_cluster, 2);
  EXPECT_EQ(active[0].pacing.failures_max, 3);
  EXPECT_TRUE(active[0].in_windows);
  EXPECT_EQ(active[0].expires, task.expires);
  ASSERT_EQ(active[0].targets.size(), 2u);
  EXPECT_EQ(active[0].targets[1].host, task.hosts[1]);
  EXPECT_TRUE(task_store.active_tasks(id).value().empty());
  EXPECT_THAT(lines(task_store.tasks(State::online, 0), {"what", "created_by", "batch"}),
              ElementsAre("uptime.sh -a \"two words\" root 25%"));
  EXPECT_THAT(lines(store->audit.audit(1), {"function", "after"}),
              ElementsAre(HasSubstr("\"hosts\":\"db[1,2]\"")));
}

TEST_F(StoredTasks, KeepTheFirstEndOfATarget) {
  const std::int64_t id = added(task_on({"db1", "db2", "db3"}));
  note(id, 0, TaskState::running);
  EXPECT_THAT(states(id), ElementsAre("db1 running", "db2 waiting", "db3 waiting"));
  note(id, 0, TaskState::failed, {.reason = "exit code 3", .exit_code = 3, .output = "out"});
  note(id, 0, TaskState::ok);
  note(id, 0, TaskState::running);
  note(id, 1, TaskState::unreachable);
  note(id, 1, TaskState::running);
  note(id, 2, TaskState::cancelled);
  EXPECT_THAT(states(id), ElementsAre("db1 failed", "db2 unreachable", "db3 cancelled"));
  EXPECT_THAT(numbers(), ElementsAre("1 running 3 0 0 1 1 1"));
  EXPECT_THAT(lines(task_store.task_targets(id), {"exit_code", "output"}),
              ElementsAre("3 out", "None ", "None "));
  EXPECT_THAT(lines(task_store.task_log(id, 0), {"host", "stat", "redo", "comment"}),
              ElementsAre("db1 3 0 exit code 3"))
      << "of what was started";
}

TEST_F(StoredTasks, KeepOutputThatIsNoText) {
  const std::int64_t id = added(task_on({"db1"}));
  note(id, 0, TaskState::running);
  note(id, 0, TaskState::ok, {.output = "\xff\xfe", .errors = "\xe4\xb8\xad", .output_cut = true});
  const auto rows = task_store.task_targets(id).value();
  EXPECT_EQ(rows.cells[8], Value(Bytes{"\xff\xfe"}));
  EXPECT_EQ(rows.cells[9], Value("\xe4\xb8\xad"));
  EXPECT_EQ(rows.cells[10], Value(1));
}

TEST_F(StoredTasks, KeepWhatAHostTellsLateBesideTheEnd) {
  const std::int64_t id = added(task_on({"db1", "db2"}));
  const auto change = [&](std::size_t position, TargetChange what) {
    what.task = id;
    what.position = position;
    ASSERT_TRUE(task_store.note_targets({&what, 1}, {}).has_value());
  };
  for (const std::size_t position : {std::size_t{0}, std::size_t{1}}) {
    note(id, position, TaskState::running);
    change(position, {.state = TaskState::lost, .outcome = {.reason = "away"}, .given_up = true});
  }
  const auto late = task_store.late_targets().value();
  ASSERT_EQ(late.size(), 2u);
  EXPECT_EQ(late[0].agent, "db1");
  EXPECT_EQ(late[1].order, fmt::format("{}-{:x}/1/1", id, clock.now().seconds));

  clock.advance(std::chrono::seconds(60));
  const TaskOutcome told{.state = TaskState::ok,
                         .exit_code = 0,
                         .output = "\xff",
                         .started = clock.now(),
                         .ended = clock.now()};
  const LateOutcome outcomes[] = {{id, 0, told}, {id, 1, std::nullopt}};
  ASSERT_TRUE(task_store.note_late_outcomes(outcomes).has_value());
  const LateOutcome second{id, 0, TaskOutcome{.state = TaskState::failed}};
  ASSERT_TRUE(task_store.note_late_outcomes({&second, 1}).has_value());
  EXPECT_TRUE(task_store.late_targets().value().empty());
  EXPECT_THAT(states(id), ElementsAre("db1 lost", "db2 lost"));
  const auto rows = task_store.task_targets(id).value();
  const std::size_t width = rows.columns->size();
  EXPECT_EQ(rows.columns->back(), "later");
  EXPECT_EQ(rows.cells[width - 1], Value(Map{{"state", "ok"},
                                             {"exit_code", 0},
                                             {"output", Bytes{"\xff"}},
                                             {"started", clock.now()},
                                             {"ended", clock.now()},
                                             {"reported", clock.now()}}));
  EXPECT_TRUE(rows.cells.back().is_none());
  EXPECT_THAT(numbers(), ElementsAre(fmt::format("{} running 2 0 0 2 0 0", id)));
}

TEST_F(StoredTasks, ExpectNothingLateFromAHostThatHasForgotten) {
  const std::int64_t id = added(task_on({"db1"}));
  note(id, 0, TaskState::running);
  const TargetChange lost{.task = id, .state = TaskState::lost, .given_up = true};
  ASSERT_TRUE(task_store.note_targets({&lost, 1}, {}).has_value());
  EXPECT_EQ(task_store.late_targets().value().size(), 1u);
  clock.advance(std::chrono::hours(24 * 8));
  EXPECT_TRUE(task_store.late_targets().value().empty());
}

TEST_F(StoredTasks, KeepHowLongTheirScriptsMayRun) {
  const std::int64_t id = added(task_on({"db1", "db2"}));
  const TargetLimit limit{.ms = 70'000, .over_by = {clock.now().seconds + 70}};
  TargetChange told{.task = id, .state = TaskState::running, .attempt = 1, .limit = limit};
  ASSERT_TRUE(task_store.note_targets({&told, 1}, {}).has_value());
  EXPECT_FALSE(task_store.active_tasks().value()[0].targets[0].limit) << "it has not been sent";
  note(id, 0, TaskState::running);
  ASSERT_TRUE(task_store.note_targets({&told, 1}, {}).has_value());
  const auto targets = task_store.active_tasks().value()[0].targets;
  ASSERT_TRUE(targets[0].limit);
  EXPECT_EQ(targets[0].limit->ms, 70'000);
  EXPECT_EQ(targets[0].limit->over_by, limit.over_by);
  EXPECT_FALSE(targets[1].limit);
  EXPECT_EQ(task_store.waited_for(id, 10).value().size(), 2u);
  EXPECT_EQ(task_store.waited_for(id, 1).value()[0].host, "db1");
}

TEST_F(StoredTasks, ForgetTheirInputWhenTheyEnd) {
  NewTask task = task_on({"db1"});
  task.order.input = "secret";
  const std::int64_t id = added(task);
  EXPECT_EQ(task_store.task_again(id, true).error().code, Errc::refused) << "it has not ended";
  const TaskEnding ending{.task = id, .how = TaskEnd::done};
  ASSERT_TRUE(task_store.note_targets({}, {&ending, 1}).has_value());
  EXPECT_TRUE(task_store.active_tasks().value().empty());
  const auto again = task_store.task_again(id, true);
  ASSERT_FALSE(again.has_value());
  EXPECT_THAT(again.error().message, HasSubstr("had an input, which is not kept"));
}

TEST_F(StoredTasks, AreRepeatedWhereTheyDidNotSucceed) {
  const std::int64_t id = added(task_on({"db1", "db2"}));
  note(id, 0, TaskState::ok);
  note(id, 1, TaskState::lost);
  const TaskEnding ending{.task = id, .how = TaskEnd::done};
  ASSERT_TRUE(task_store.note_targets({}, {&ending, 1}).has_value());
  EXPECT_EQ(task_store.task_again(id, false).value().hosts[0].host, "db2");
  EXPECT_EQ(task_store.task_again(id, true).value().hosts.size(), 2u);
  EXPECT_EQ(task_store.task_again(99, true).error().code, Errc::not_found);

  const std::int64_t second = added(task_store.task_again(id, false).value());
  EXPECT_THAT(lines(task_store.tasks(State::online, 0), {"id", "again_of"}),
              ElementsAre(fmt::format("{} {}", second, id)));
}

TEST_F(StoredTasks, AreCancelledOnceTheyAreDriven) {
  const std::int64_t id = added(task_on({"db1"}));
  EXPECT_THAT(task_store.cancelled_tasks().value(), ElementsAre());
  EXPECT_TRUE(task_store.cancel_task(root, id).value());
  EXPECT_THAT(task_store.cancelled_tasks().value(), ElementsAre(id));
  EXPECT_TRUE(task_store.active_tasks().value()[0].cancelled);
  const TaskEnding ending{.task = id, .how = TaskEnd::cancelled};
  ASSERT_TRUE(task_store.note_targets({}, {&ending, 1}).has_value());
  EXPECT_FALSE(task_store.cancel_task(root, id).value());
  EXPECT_EQ(task_store.cancel_task(root, 99).error().code, Errc::not_found);
}

TEST_F(StoredTasks, AreForgottenWithAllThatTheyLeft) {
  const std::int64_t id = added(task_on({"db1"}));
  note(id, 0, TaskState::running);
  note(id, 0, TaskState::ok);
  EXPECT_EQ(task_store.forget_tasks({clock.now().seconds + 1}).value(), 0) << "it has not ended";
  const TaskEnding ending{.task = id, .how = TaskEnd::done};
  ASSERT_TRUE(task_store.note_targets({}, {&ending, 1}).has_value());
  EXPECT_EQ(task_store.forget_tasks(clock.now()).value(), 0);
  EXPECT_EQ(task_store.forget_tasks({clock.now().seconds + 1}).value(), 1);
  EXPECT_THAT(numbers(), ElementsAre());
  EXPECT_THAT(states(id), ElementsAre());
}

TEST_F(StoredTasks, FindTheirHostsInTheInventory) {
  const Tags legacy{{"daemon", "legacy:1199"}, {"window", "22:00-06:00"}};
  ASSERT_TRUE(store->inventory.add_server(root, "10.0.0.1", {.name = "db1", .cluster = "orders"}));
  ASSERT_TRUE(store->inventory.add_server(root, "10.0.0.2", {.name = "db2", .tags = legacy}));
  ASSERT_TRUE(store->inventory.add_server(root, "10.0.0.3", {.name = "old", .stat = 0}));
  ASSERT_TRUE(store->inventory.add_server(root, "10.0.0.4", {.name = "twin"}));
  ASSERT_TRUE(store->inventory.add_server(root, "10.0.0.5", {.name = "twin"}));
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.2", 3306, {.role = 2}));
  ASSERT_TRUE(store->inventory.add_instance(root, "10.0.0.2", 3307, {.role = 2}));

  const auto found = [&](const std::vector<std::string>& names) {
    return store->directory.task_hosts(names);
  };
  const auto hosts = found({"10.0.0.2", "DB1", "db2"});
  ASSERT_TRUE(hosts.has_value()) << hosts.error().message;
  EXPECT_THAT(
      *hosts,
      ElementsAre(TaskHost{.host = "db2",
                           .ip = "10.0.0.2",
                           .agent = "db2",
                           .window = "22:00-06:00",
                           .legacy_port = 1199},
                  TaskHost{.host = "db1", .ip = "10.0.0.1", .agent = "db1", .cluster = "orders"}));
  EXPECT_EQ(found({"10.0.0.5"}).value()[0].ip, "10.0.0.5");

  EXPECT_EQ(found({"db3x", "db1"}).error().code, Errc::not_found);
  EXPECT_THAT(found({"db3"}).error().message, HasSubstr("there is no host \"db3\", did you mean"));
  EXPECT_EQ(found({"old"}).error().code, Errc::refused);
  EXPECT_THAT(found({"twin"}).error().message, HasSubstr("10.0.0.4 or 10.0.0.5"));

  EXPECT_EQ(store->directory.task_hosts_where("instance", "role=slave").value(),
            found({"db2"}).value());
  EXPECT_EQ(store->directory.task_hosts_where("server", "name=db*").value(),
            found({"db1", "db2"}).value());
  EXPECT_THAT(store->directory.task_hosts_where("server", "nam=db1").error().message,
              HasSubstr("^"));
}

TEST_F(StoredTasks, TakeReportsOfTheirHostsOnly) {
  const std::int64_t id = added(task_on({"db1"}));
  const TaskLogEntry entry{.task = id, .start_time = Time{5}, .stat = 0, .comment = "done"};
  EXPECT_TRUE(task_store.add_task_log(root, entry, "10.0.0.1").has_value());
  EXPECT_EQ(task_store.add_task_log(root, entry, "10.0.0.2").error().code, Errc::not_allowed);
  EXPECT_TRUE(task_store.add_task_log(root, entry, "").has_value());
  EXPECT_TRUE(task_store.add_task_log(root, {.task = 77}, "10.0.0.2").has_value())
      << "a number that a server of 2014 gave out";
  EXPECT_THAT(
      lines(task_store.task_log(id, 0), {"task_id", "host", "start_time", "end_time", "comment"}),
      ElementsAre("1  @5 None done", "1 10.0.0.1 @5 None done"));
}

}  // namespace
}  // namespace mega
