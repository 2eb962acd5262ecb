// The scheduler with its threads: calls are made with their owners' rights, several at once, and
// end well or badly. What is due when is tested with schedule_book.
#include "schedules/server/scheduler.h"
#include "schedules/store/schedule_store.h"

#include "api/status.h"
#include "tasks/server/tasks.h"
#include "tasks/store/task_store.h"
#include "tests/support/api_fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/variable.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace mega {
namespace {

// What the calls of a test meet (server_status asks it for its report): they wait until the test
// lets them go.
struct Meeting {
  std::atomic<int> inside{0}, most{0}, calls{0};
  std::atomic<bool> open{true};

  Map report() {
    const int now_inside = ++inside;
    most = std::max(most.load(), now_inside);
    EXPECT_TRUE(eventually([this] { return open.load(); }));
    --inside;
    ++calls;
    return {};
  }
};

// Hands on to the scheduler that runs.
struct Driver final : ScheduleDriver {
  explicit Driver(std::unique_ptr<Scheduler>& runs) : scheduler(runs) {}
  void changed() override {
    if (scheduler) scheduler->changed();
  }
  std::unique_ptr<Scheduler>& scheduler;
};

class SchedulerTest : public ApiTest {
 protected:
  SchedulerTest() {
    api.services.add<const ServerReport>(report);
    api.services.add(schedule_store);
    api.services.add<ScheduleDriver>(driver);
    legacy.allow = AddressRanges::parse({"127.0.0.0/8"}).value();
    legacy.role = Role::operator_;
  }
  ~SchedulerTest() override { meeting_.open = true; }

  void start(int parallel = 4) {
    scheduler = std::make_unique<Scheduler>(api, legacy, parallel);
    scheduler->start();
  }

  // Due now, and every so many seconds.
  std::int64_t schedule(const Caller& caller, const char* function = "server_status",
                        const char* cycle = "", const char* overlap = "") {
    const std::string now = format_local(clock.now());
    const Envelope envelope{
        .id = 1, .function = function, .time = now, .cycle = cycle, .overlap = overlap};
    const auto id = dispatch(api, caller, envelope).result;
    EXPECT_TRUE(id.has_value()) << id.error().message;
    return id ? *id->as<std::int64_t>() : 0;
  }

  std::string last(std::int64_t id, const char* column = "last_state") {
    const auto row = schedule_store.schedule_row(id);
    if (!row || !*row) return "(none)";
    const Value found = cell(Value(**row), column);
    const auto* text = found.as<std::string>();
    return text ? *text : "(none)";
  }

  bool becomes(std::int64_t id, const std::string& state) {
    return eventually([&] { return last(id) == state; });
  }

  Meeting meeting_;
  LegacyRule legacy;
  const ServerReport report{[this] { return meeting_.report(); }};
  ScheduleStore schedule_store{*store->database};
  std::unique_ptr<Scheduler> scheduler;
  Driver driver{scheduler};
};

TEST_F(SchedulerTest, MakesTheCallWhenItIsDue) {
  start();
  const std::int64_t id = schedule(admin_caller());
  EXPECT_TRUE(becomes(id, "ok"));
  EXPECT_EQ(meeting_.calls, 1);
  EXPECT_EQ(last(id, "state"), "done");
}

TEST_F(SchedulerTest, TellsWhatBecameOfTheDueTimes) {
  start();
  const std::int64_t fine = schedule(admin_caller());
  EXPECT_TRUE(becomes(fine, "ok"));
  const std::int64_t other = schedule(admin_caller());
  EXPECT_TRUE(becomes(other, "ok"));
  EXPECT_EQ(row_count(value("get_all_schedule_run")), 2U);
  EXPECT_EQ(row_count(value("get_all_schedule_run", "count=1")), 1U);
  const Value run = value("get_all_schedule_run", fmt::format("{}", fine));
  EXPECT_EQ(row_count(run), 1U);
  EXPECT_EQ(cell(run, "schedule_id"), Value(fine));
  EXPECT_EQ(cell(run, "state"), Value("ok"));
  EXPECT_EQ(cell(run, "due"), Value(clock.now()));
  EXPECT_EQ(error("get_all_schedule_run", "99").code, Errc::not_found);
}

// Tasks that end when the test says so.
class HeldTasks final : public Tasks {
 public:
  void look() override {}
  void watch(TaskWatch watch) override {
    const std::lock_guard lock(mutex_);
    watches_.push_back(std::move(watch));
  }
  // As when a task has ended, or the server stops.
  void answer() {
    std::vector<TaskWatch> answered;
    {
      const std::lock_guard lock(mutex_);
      answered.swap(watches_);
    }
    for (const TaskWatch& watch : answered) watch.hear({});
  }
  bool is_watched() const {
    const std::lock_guard lock(mutex_);
    return !watches_.empty();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<TaskWatch> watches_;
};

// Runs that make tasks, by a function of the test.
class RunsOfTasks : public SchedulerTest {
 protected:
  static void SetUpTestSuite() {
    function.emplace(Function{.name = "test_makes_task",
                              .summary = "Makes a task on one host",
                              .permission = Permission::run,
                              .changes = true,
                              .answers_task = true,
                              .run = make_task});
  }
  static void TearDownTestSuite() { function.reset(); }

  RunsOfTasks() {
    api.services.add<Tasks>(tasks);
    api.services.add(task_store);
  }

  ~RunsOfTasks() override {
    if (scheduler) stop();
  }

  static Result<Value> make_task(Context& context, const Args&) {
    static const Service<TaskStore> store_of_tasks{"tasks"};
    const auto id = context[store_of_tasks].add_task(
        context.author, {.order = {.script = "x.sh"}, .hosts = {{.host = "db1", .agent = "db1"}}});
    if (!id) return fail(id.error());
    return Value(*id);
  }

  void end_task(std::int64_t task, TaskState state) {
    const std::vector<TargetChange> changes{
        {.task = task, .state = TaskState::running, .attempt = 1},
        {.task = task, .state = state, .attempt = 1, .outcome = {.state = state}}};
    const TaskEnding ending{.task = task};
    ASSERT_TRUE(task_store.note_targets(changes, {&ending, 1}).has_value());
  }

  // The states of the runs, oldest first.
  std::vector<std::string> states(std::int64_t id) {
    const Rows runs = schedule_store.schedule_runs(id, 0).value();
    std::vector<std::string> all;
    const auto column = std::ranges::find(*runs.columns, "state") - runs.columns->begin();
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const std::size_t at = i * runs.columns->size() + static_cast<std::size_t>(column);
      all.insert(all.begin(), *runs.cells[at].as<std::string>());
    }
    return all;
  }
  bool become(std::int64_t id, const std::vector<std::string>& wanted) {
    return eventually([&] { return states(id) == wanted; });
  }
  bool is_watched() {
    return eventually([&] { return tasks.is_watched(); });
  }
  // As a server stops.
  void stop() {
    scheduler->close();
    tasks.answer();
    scheduler.reset();
  }

  static inline std::optional<Registered<Function>> function;
  HeldTasks tasks;
  TaskStore task_store{*store->database};
};

TEST_F(RunsOfTasks, GoOnUntilTheTaskHasEnded) {
  for (const auto& [state, end] : {std::pair{TaskState::ok, "ok"}, {TaskState::failed, "failed"}}) {
    SCOPED_TRACE(end);
    start();
    const std::int64_t id = schedule(admin_caller(), "test_makes_task", "60");
    ASSERT_TRUE(is_watched());
    tasks.answer();  // too early
    ASSERT_TRUE(is_watched()) << "it looks, and waits again";
    EXPECT_EQ(states(id), std::vector<std::string>{"running"});
    end_task(task_store.active_tasks()->front().id, state);
    tasks.answer();
    EXPECT_TRUE(become(id, {end}));
    ASSERT_TRUE(schedule_store.del_schedule({}, id));
    stop();
  }
}

TEST_F(RunsOfTasks, GoOnInTheNextServer) {
  start();
  const std::int64_t id = schedule(admin_caller(), "test_makes_task", "60");
  ASSERT_TRUE(is_watched());
  stop();
  EXPECT_EQ(states(id), std::vector<std::string>{"running"});
  clock.advance(std::chrono::seconds(60));
  start();
  EXPECT_TRUE(become(id, {"running", "skipped"})) << "overlap: refuse";
  ASSERT_TRUE(is_watched());
  end_task(task_store.active_tasks()->front().id, TaskState::ok);
  tasks.answer();
  EXPECT_TRUE(become(id, {"ok", "skipped"}));
}

TEST_F(SchedulerTest, RunsSeveralAtOnceAndTheOthersWhenThereIsRoom) {
  meeting_.open = false;
  start(3);
  std::vector<std::int64_t> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(schedule(admin_caller()));
  EXPECT_TRUE(eventually([&] { return meeting_.inside == 3; }));
  EXPECT_EQ(scheduler->under_way(), 3);
  EXPECT_TRUE(becomes(ids[4], "waiting"));
  meeting_.open = true;
  for (const std::int64_t id : ids) EXPECT_TRUE(becomes(id, "ok"));
  EXPECT_EQ(meeting_.most, 3);
}

// Answers once the test does.
std::mutex later_mutex;
std::vector<Answered> later;

Result<Value> answer_later(Context& context, const Args&) {
  context.later = [](const Answered& answered) {
    const std::lock_guard lock(later_mutex);
    later.push_back(answered);
  };
  return Value();
}

TEST_F(SchedulerTest, LetsWhatWaitsForHostsTakeNoPlace) {
  const Registered<Function> function{{.name = "test_schedule_later",
                                       .summary = "Answers when the test does",
                                       .params = {},
                                       .permission = Permission::read,
                                       .run = answer_later}};
  start(2);
  std::vector<std::int64_t> waiting;
  for (int i = 0; i < 5; ++i) waiting.push_back(schedule(admin_caller(), "test_schedule_later"));
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard lock(later_mutex);
    return later.size() == 5;
  }));
  EXPECT_TRUE(becomes(schedule(admin_caller()), "ok"));
  EXPECT_EQ(scheduler->under_way(), 5);
  for (const std::int64_t id : waiting) EXPECT_EQ(last(id), "running");
  scheduler->close();  // they are waited for
  for (const Answered& answered : std::exchange(later, {})) answered(Value(0));
  scheduler->drain();
  for (const std::int64_t id : waiting) EXPECT_EQ(last(id), "ok");
}

TEST_F(SchedulerTest, SkipsWhatOverlapsUnlessItMayWait) {
  meeting_.open = false;
  start();
  const std::int64_t refused = schedule(admin_caller(), "server_status", "60");
  const std::int64_t queued = schedule(admin_caller(), "server_status", "60", "queue");
  EXPECT_TRUE(eventually([&] { return meeting_.inside == 2; }));
  {
    // The clock of the test is read by the scheduler's thread: it stands while it is set.
    scheduler->close();
    meeting_.open = true;
    scheduler->drain();
  }
  EXPECT_EQ(last(refused), "ok");
  EXPECT_EQ(last(queued), "ok");
  meeting_.open = false;

  ScheduleBook book(schedule_store, clock);
  ASSERT_TRUE(book.recover());
  clock.advance(std::chrono::seconds(60));
  const auto first = book.take(4);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->size(), 2u);
  clock.advance(std::chrono::seconds(60));
  EXPECT_TRUE(book.take(4)->empty());
  EXPECT_EQ(last(refused), "skipped");
  EXPECT_EQ(last(queued), "waiting");
  for (const BegunRun& run : *first) {
    ASSERT_TRUE(schedule_store.end_run(run.run, {}));
    book.forget(run);
  }
  const auto second = book.take(4);
  ASSERT_TRUE(second);
  ASSERT_EQ(second->size(), 1u);
  EXPECT_EQ(second->front().schedule.id, queued);
}

TEST_F(SchedulerTest, DueTimesAreThoseOfTheNewZoneOfTheHost) {
  std::optional<Variable> tz(std::in_place, "TZ", "UTC0");
  reload_time_zone();
  for (const char* zone : {"", "Asia/Tokyo"}) {
    const Envelope daily{
        .id = 1, .function = "server_status", .time = "02:30", .cycle = "day", .zone = zone};
    ASSERT_TRUE(dispatch(api, admin_caller(), daily).result);
  }
  const auto due = [this](std::int64_t id) {
    const std::vector<Schedule> coming = schedule_store.coming_schedules(clock.now()).value();
    for (const Schedule& each : coming) {
      if (each.id == id) return each.next_due->seconds % 86400;
    }
    return std::int64_t{-1};
  };
  constexpr std::int64_t half_past_two = 9000, hour = 3600, day = 86400;
  ScheduleBook book(schedule_store, clock);
  ASSERT_TRUE(book.recover());
  EXPECT_EQ(due(1), half_past_two);
  EXPECT_EQ(due(2), half_past_two - 9 * hour + day);

  tz.emplace("TZ", "EST5");
  reload_time_zone();
  book.zone_changed();
  ASSERT_TRUE(book.take(4));
  EXPECT_EQ(due(1), half_past_two + 5 * hour);
  EXPECT_EQ(due(2), half_past_two - 9 * hour + day) << "its zone is its own";
  EXPECT_EQ(book.next(), schedule_store.next_schedule().value());
  tz.reset();
  reload_time_zone();
}

TEST_F(SchedulerTest, FailuresAreKeptWithTheirSentence) {
  start();
  const std::string now = format_local(clock.now());
  const auto id = dispatch(
      api, admin_caller(),
      {.id = 1, .function = "mod_server", .args = "'10.0.0.9',server_name='x'", .time = now});
  ASSERT_TRUE(id.result) << id.result.error().message;
  EXPECT_TRUE(becomes(1, "failed"));
  EXPECT_NE(last(1, "last_result").find("10.0.0.9"), std::string::npos);
}

TEST_F(SchedulerTest, TheOwnersRightsAreThoseOfNow) {
  const std::int64_t of_unknown = schedule(operator_caller());
  const std::int64_t of_legacy = schedule(legacy_caller(Role::operator_));
  Caller elsewhere = legacy_caller(Role::operator_);
  elsewhere.address = "10.9.9.9";
  const std::int64_t of_elsewhere = schedule(elsewhere);
  const std::int64_t of_admin = schedule(admin_caller());
  start();
  EXPECT_TRUE(becomes(of_unknown, "refused"));
  EXPECT_EQ(last(of_unknown, "last_result"),
            "the owner of the schedule, \"deploy\", has no certificate that counts");
  EXPECT_TRUE(becomes(of_legacy, "ok"));
  EXPECT_TRUE(becomes(of_elsewhere, "refused"));
  EXPECT_TRUE(becomes(of_admin, "ok"));
  EXPECT_EQ(meeting_.calls, 2);
  // The audit says who and which schedule.
  const Value audit = value("get_audit", "refused=True");
  EXPECT_NE(to_python(audit).find("schedule=1"), std::string::npos) << to_python(audit);
}

TEST_F(SchedulerTest, ARoleThatWasNarrowedRefuses) {
  const Envelope envelope{
      .function = "add_server", .args = "'10.0.0.1'", .time = format_local(clock.now())};
  ASSERT_TRUE(dispatch(api, legacy_caller(Role::operator_), envelope).result);
  legacy.role = Role::reader;
  start();
  EXPECT_TRUE(becomes(1, "refused"));
  EXPECT_EQ(row_count(value("get_all_server")), 0u);
}

TEST_F(SchedulerTest, EndsWhatIsUnderWayAndLeavesTheRest) {
  meeting_.open = false;
  start(1);
  const std::int64_t running = schedule(admin_caller());
  const std::int64_t waiting = schedule(admin_caller());
  EXPECT_TRUE(eventually([&] { return meeting_.inside == 1; }));
  EXPECT_TRUE(becomes(waiting, "waiting"));
  scheduler->close();
  meeting_.open = true;
  scheduler->drain();
  EXPECT_EQ(last(running), "ok");
  EXPECT_EQ(last(waiting), "waiting");
  EXPECT_EQ(meeting_.calls, 1);
  start(1);
  EXPECT_TRUE(becomes(waiting, "ok"));
  EXPECT_EQ(meeting_.calls, 2);
}

}  // namespace
}  // namespace mega
