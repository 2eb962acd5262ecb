// Tasks driven over a real store, with daemons that the test plays.
#include "tasks/server/task_engine.h"
#include "tasks/store/script_store.h"
#include "tasks/store/task_store.h"
#include "tests/support/store.h"

#include "tests/inventory/store/fixture.h"
#include "tests/support/in_process_service.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <future>
#include <set>

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Each;
using testing::ElementsAre;

// Daemons that answer as the test says, on a thread of their own or not at all.
class PlayedAgents : public Agents {
 public:
  bool present(const std::string& name) const override {
    const std::lock_guard lock(mutex_);
    return !away_.contains(name);
  }
  std::chrono::steady_clock::time_point away_since(const std::string&) const override {
    const std::lock_guard lock(mutex_);
    return left_;
  }
  void ask(const std::string& name, Envelope request, StreamedAnswer listener) override {
    std::unique_lock lock(mutex_);
    asked_.push_back(request.function + " " + name);
    if (away_.contains(name)) {
      lock.unlock();
      return listener.end(fail(Errc::unavailable, "{} is away", name));
    }
    if (frozen_.contains(name)) {
      held_.push_back(std::move(listener));
      return;
    }
    const bool holds = holds_;
    if (request.function == "run" && holds) held_.push_back(listener);
    const Value outcome = outcome_;
    const TaskStanding standing{.limit_ms = limit_ms_};
    lock.unlock();
    if (request.function == "outcome") return listener.end(outcome);
    if (request.function != "run") return;
    listener.part(List{to_value(standing)});
    if (!holds) answer(listener);
  }

  static void answer(const StreamedAnswer& listener) {
    listener.part(List{List{"out", "hello "}, List{"err", "oh"}});
    listener.part(List{List{"out", "world"}});
    listener.end(Value(
        List{List{"end", to_value(TaskOutcome{.state = TaskState::ok, .output = "hello world"})}}));
  }

  // That takes what it is asked, and answers nothing.
  void freeze(const std::string& name) {
    const std::lock_guard lock(mutex_);
    frozen_.insert(name);
  }
  void thaw() {
    const std::lock_guard lock(mutex_);
    frozen_.clear();
  }
  // How long its scripts may run, and what it knows of those that it is asked for.
  void say_limit(milliseconds limit) {
    const std::lock_guard lock(mutex_);
    limit_ms_ = limit.count();
  }
  void say_outcome(const TaskOutcome& outcome) {
    const std::lock_guard lock(mutex_);
    outcome_ = to_value(outcome);
  }
  void hold() {
    const std::lock_guard lock(mutex_);
    holds_ = true;
  }
  std::vector<StreamedAnswer> held() {
    const std::lock_guard lock(mutex_);
    return std::exchange(held_, {});
  }
  std::size_t held_number() {
    const std::lock_guard lock(mutex_);
    return held_.size();
  }
  // From now on who is away is not given up.
  void leave_now() {
    const std::lock_guard lock(mutex_);
    left_ = std::chrono::steady_clock::now() + std::chrono::hours(1);
  }
  void set_away(const std::string& name, bool away) {
    const std::lock_guard lock(mutex_);
    away_.erase(name);
    if (away) away_.insert(name);
  }
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  mutable std::mutex mutex_;
  std::chrono::steady_clock::time_point left_{};  // long ago
  bool holds_ = false;
  std::int64_t limit_ms_ = 600'000;
  Value outcome_ = Map{{"state", "running"}};
  std::set<std::string> frozen_;
  std::set<std::string> away_;
  std::vector<std::string> asked_;
  std::vector<StreamedAnswer> held_;
};

class DrivenTasks : public testing::Test {
 protected:
  static TaskEngineOptions options() {
    return {.patience = {.away = milliseconds(50), .lost = milliseconds(300)}};
  }

  std::int64_t add(std::size_t hosts, Pacing pacing = {}) {
    NewTask task{.order = {.script = "x.sh"}, .pacing = pacing};
    for (std::size_t i = 1; i <= hosts; ++i) {
      const std::string name = "db" + std::to_string(i);
      task.hosts.push_back({.host = name, .ip = "10.0.0.1", .agent = name});
    }
    const std::int64_t id = task_store.add_task(root, task).value();
    engine->look();
    return id;
  }

  void start() {
    engine =
        std::make_unique<TaskEngine>(task_store, script_store, system_clock(), agents, options());
    engine->start();
  }

  // Its end, awaited as remote_cmd does.
  void await(std::int64_t task) {
    std::promise<void> ended;
    engine->watch(
        {.task = task, .since = until_its_end, .limit = seconds(20), .hear = [&](const TaskNews&) {
           ended.set_value();
         }});
    ended.get_future().wait();
  }

  TaskNews news(std::int64_t task, std::int64_t since, milliseconds limit = seconds(20)) {
    std::promise<TaskNews> heard;
    engine->watch({.task = task, .since = since, .limit = limit, .hear = [&](const TaskNews& told) {
                     heard.set_value(told);
                   }});
    return heard.get_future().get();
  }

  std::vector<std::string> states(std::int64_t task) {
    return lines(task_store.task_targets(task), {"state"});
  }

  // "ok what it printed", of its first host; empty: nothing was told.
  std::string told_later(std::int64_t task) {
    const auto rows = task_store.task_targets(task).value();
    const auto column = std::ranges::find(*rows.columns, "later") - rows.columns->begin();
    const auto* later = rows.cells[static_cast<std::size_t>(column)].as<Map>();
    if (!later) return "";
    const Value* output = later->find(std::string_view("output"));
    return *later->find(std::string_view("state"))->as<std::string>() + " " +
           (output ? *output->as<std::string>() : "");
  }

  std::unique_ptr<Store> store = Store::open_in_memory(system_clock()).value();
  TaskStore task_store{*store->database};
  ScriptStore script_store{*store->database};
  PlayedAgents agents;
  std::unique_ptr<TaskEngine> engine;
};

TEST_F(DrivenTasks, EndOnEachOfTheirHosts) {
  start();
  const std::int64_t id = add(1000);
  await(id);
  EXPECT_THAT(states(id), Each("ok"));
  EXPECT_THAT(lines(task_store.tasks(State::all, 0), {"state", "hosts", "ok", "running"}),
              ElementsAre("done 1000 1000 0"));
  EXPECT_EQ(task_store.task_log(id, 0).value().size(), 1000u);
  EXPECT_EQ(agents.asked().size(), 1000u);
}

TEST_F(DrivenTasks, ShowTheirOutputAsItComes) {
  agents.hold();
  start();
  const std::int64_t id = add(1);
  ASSERT_TRUE(eventually([&] { return agents.held_number() == 1; }));
  TaskNews first = news(id, 0);
  EXPECT_TRUE(first.output.empty()) << "it has started, that is all";
  const auto listeners = agents.held();
  listeners[0].part(List{List{"out", "one"}});
  const TaskNews second = news(id, first.next);
  ASSERT_EQ(second.output.size(), 1u);
  EXPECT_EQ(second.output[0].host, "db1");
  EXPECT_EQ(second.output[0].text, "one");
  listeners[0].part(List{List{"err", Bytes{"\xff"}}});
  const TaskNews third = news(id, second.next);
  ASSERT_EQ(third.output.size(), 1u);
  EXPECT_TRUE(third.output[0].is_error);
  EXPECT_EQ(third.output[0].text, "\xff");
  EXPECT_EQ(news(id, 0).output.size(), 2u) << "for who comes later";
  EXPECT_EQ(news(id, third.next, milliseconds(1)).next, third.next) << "nothing new";

  listeners[0].part(List{List{"out", std::string(feed_bytes_max + 1, 'x')}});
  EXPECT_TRUE(news(id, third.next).skipped);
  listeners[0].end(Value(List{List{"end", to_value(TaskOutcome{.state = TaskState::ok})}}));
  await(id);
  EXPECT_EQ(news(id, 0).next, 0) << "it has ended";
}

TEST_F(DrivenTasks, GoOnAfterTheServerWasKilled) {
  agents.hold();
  start();
  const std::int64_t id = add(2);
  ASSERT_TRUE(eventually([&] { return agents.held_number() == 2; }));
  EXPECT_THAT(states(id), Each("running"));
  engine.reset();  // whatever the daemons say now, nobody hears
  agents.held();
  start();
  ASSERT_TRUE(eventually([&] { return agents.held_number() == 2; }));
  for (const auto& listener : agents.held()) PlayedAgents::answer(listener);
  await(id);
  EXPECT_THAT(states(id), Each("ok"));
  EXPECT_THAT(agents.asked(), ElementsAre("run db1", "run db2", "run db1", "run db2"));
}

TEST_F(DrivenTasks, WaitForDaemonsAndLoseThem) {
  agents.set_away("db1", true);
  start();
  const std::int64_t away = add(2);
  await(away);
  EXPECT_THAT(states(away), ElementsAre("unreachable", "ok"));

  agents.hold();
  agents.say_limit(milliseconds(100));
  agents.leave_now();
  const std::int64_t lost = add(1);
  EXPECT_FALSE(agents.present("db1"));
  agents.set_away("db1", false);
  engine->wake();
  ASSERT_TRUE(eventually([&] { return agents.held_number() == 1; }));
  agents.set_away("db1", true);
  agents.held()[0].end(fail(Errc::unavailable, "the connection broke"));
  await(lost);
  EXPECT_THAT(states(lost), ElementsAre("lost"));

  agents.say_outcome({.state = TaskState::ok, .exit_code = 0, .output = "it went on"});
  agents.set_away("db1", false);
  engine->wake();
  ASSERT_TRUE(eventually([&] { return told_later(lost) == "ok it went on"; }));
  EXPECT_THAT(states(lost), ElementsAre("lost")) << "the end stays";
  EXPECT_THAT(lines(task_store.tasks(State::all, 1), {"state", "failed", "ok"}),
              ElementsAre("done 1 0"));
  EXPECT_EQ(task_store.task_log(lost, 0).value().size(), 1u);
}

TEST_F(DrivenTasks, GoOnPastAHostThatIsFrozen) {
  agents.freeze("db1");
  start();
  const std::int64_t id = add(3, {.batch = {1}});
  await(id);
  EXPECT_THAT(states(id), ElementsAre("lost", "ok", "ok"));
  const auto asked = agents.asked();
  EXPECT_EQ(std::ranges::count(asked, "run db1"), 1);
  EXPECT_EQ(std::ranges::count(asked, "cancel db1"), 1);

  // It wakes up, and answers all that it was asked on the same connection.
  agents.thaw();
  const auto held = agents.held();
  held.front().end(Value(List{List{"end", to_value(TaskOutcome{.state = TaskState::cancelled,
                                                               .reason = "before it started"})}}));
  ASSERT_TRUE(eventually([&] { return told_later(id) == "cancelled "; }));
  EXPECT_THAT(states(id), ElementsAre("lost", "ok", "ok"));
}

TEST_F(DrivenTasks, AreToldLateToAServerThatWasStartedAnew) {
  agents.hold();
  agents.say_limit(milliseconds(100));
  start();
  const std::int64_t id = add(1);
  await(id);
  EXPECT_THAT(states(id), ElementsAre("lost"));
  engine.reset();
  agents.say_outcome({.state = TaskState::timed_out, .output = "half of it"});
  start();
  ASSERT_TRUE(eventually([&] { return told_later(id) == "timed_out half of it"; }));
  engine.reset();
  const auto asked = agents.asked().size();
  agents.held();
  start();
  add(1);
  ASSERT_TRUE(eventually([&] { return agents.held_number() == 1; }));
  EXPECT_EQ(agents.asked().size(), asked + 1) << "it is not asked for once more";
}

TEST_F(DrivenTasks, KeepTheirLimitOverARestart) {
  agents.hold();
  agents.say_limit(milliseconds(1500));
  start();
  const std::int64_t id = add(1);
  ASSERT_TRUE(eventually([&] {
    return !task_store.active_tasks().value().empty() &&
           task_store.active_tasks().value()[0].targets[0].limit;
  }));
  engine.reset();
  agents.set_away("db1", true);
  agents.leave_now();
  start();
  await(id);
  EXPECT_THAT(states(id), ElementsAre("lost"));
}

TEST_F(DrivenTasks, AreCancelled) {
  agents.hold();
  start();
  const std::int64_t id = add(2, {.batch = {1}});
  ASSERT_TRUE(eventually([&] { return agents.held_number() == 1; }));
  ASSERT_TRUE(task_store.cancel_task(root, id).value());
  engine->look();
  ASSERT_TRUE(eventually([&] { return agents.asked().back() == "cancel db1"; }));
  agents.held()[0].end(
      Value(List{List{"end", to_value(TaskOutcome{.state = TaskState::cancelled})}}));
  await(id);
  EXPECT_THAT(states(id), Each("cancelled"));
  EXPECT_THAT(lines(task_store.tasks(State::all, 0), {"state"}), ElementsAre("cancelled"));
}

TEST_F(DrivenTasks, LetNobodyWaitWhenTheServerStops) {
  agents.hold();
  start();
  const std::int64_t id = add(1);
  ASSERT_TRUE(eventually([&] { return agents.held_number() == 1; }));
  std::promise<void> heard;
  engine->watch(
      {.task = id, .since = until_its_end, .limit = seconds(600), .hear = [&](const TaskNews&) {
         heard.set_value();
       }});
  engine->stop();
  heard.get_future().wait();
  await(id);  // answered at once
  for (const auto& listener : agents.held()) PlayedAgents::answer(listener);
  EXPECT_THAT(states(id), ElementsAre("running"));
}

}  // namespace
}  // namespace mega
