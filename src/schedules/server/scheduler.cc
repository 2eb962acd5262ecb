#include "schedules/server/scheduler.h"

#include "access/store/access_store.h"
#include "api/notices.h"
#include "api/refusals.h"
#include "base/log.h"
#include "schedules/server/run_of_task.h"
#include "schedules/server/schedule_call.h"
#include "schedules/server/schedule_owner.h"
#include "tasks/server/tasks.h"

#include <algorithm>
#include <csignal>

namespace mega {
namespace {

constexpr Logger logger{"schedule"};

const Service<AccessStore> access_store{"certificates and tokens"};
const Service<ScheduleStore> schedule_store{"schedules"};
const Service<const Notices> notices{"notices"};
const Service<Tasks> tasks{"tasks under way"};

constexpr std::chrono::milliseconds sleep_max{1000};
constexpr std::chrono::milliseconds sleep_before_due{50};

// A successful result in a few words that reveal no content: a code, or a count.
std::string in_a_few_words(const Value& value) {
  if (const auto* number = value.as<std::int64_t>()) return std::to_string(*number);
  if (const auto* rows = value.as<Rows>()) return fmt::format("{} rows", rows->size());
  if (const auto* list = value.as<List>()) return fmt::format("{} items", list->size());
  return "";
}

RunEnd end_of(std::string_view function, const Result<Value>& result) {
  if (result) {
    const std::int64_t task = task_made_by(function, result);
    if (task != 0) return {RunState::ok, fmt::format("task {}", task), task};
    return {RunState::ok, in_a_few_words(*result)};
  }
  const Error& error = result.error();
  const bool refused = error.code == Errc::not_allowed || error.code == Errc::refused;
  return {refused ? RunState::refused : RunState::failed, error.message};
}

// nullopt: `take` gets the result later.
std::optional<Result<Value>> make_call(const Api& api, const LegacyRule& legacy,
                                       const Schedule& schedule,
                                       std::function<void(Result<Value>)> take) {
  const auto envelope = call_of(schedule);
  if (!envelope) return fail(envelope.error());
  const auto caller = caller_now(schedule, api.services[access_store], legacy);
  if (caller) {
    auto outcome = dispatch_or_later(api, *caller, *envelope,
                                     [take](Outcome late) { take(std::move(late.result)); });
    if (!outcome) return std::nullopt;
    return std::move(outcome->result);
  }
  const Caller former{.door = Door::legacy,
                      .name = schedule.owner.who,
                      .address = schedule.owner.address,
                      .peer = fmt::format("schedule={}", schedule.id)};
  if (api.refusals) api.refusals->note(api.clock, former, *envelope, caller.error());
  return fail(caller.error());
}

}  // namespace

// Ends a run whose result came later.
class Scheduler::End : public Job {
 public:
  End(Scheduler& scheduler, BegunRun run, Result<Value> result)
      : scheduler_(scheduler), run_(std::move(run)), result_(std::move(result)) {}

  void run() override {
    scheduler_.wait_without_place(-1);
    scheduler_.take_result(run_, result_);
  }

 private:
  Scheduler& scheduler_;
  const BegunRun run_;
  const Result<Value> result_;
};

// Looks whether the task of a run has ended.
class Scheduler::EndOfTask : public Job {
 public:
  EndOfTask(Scheduler& scheduler, BegunRun run) : scheduler_(scheduler), run_(std::move(run)) {}

  void run() override {
    scheduler_.wait_without_place(-1);
    scheduler_.end_with_task(run_);
  }

 private:
  Scheduler& scheduler_;
  const BegunRun run_;
};

class Scheduler::Run : public Job {
 public:
  Run(Scheduler& scheduler, BegunRun run) : scheduler_(scheduler), run_(std::move(run)) {}

  void run() override {
    const auto result = make_call(
        scheduler_.api_, scheduler_.legacy_, run_.schedule,
        [&scheduler = scheduler_, run = run_](Result<Value> late) {
          scheduler.workers_->push(std::make_unique<End>(scheduler, run, std::move(late)));
        });
    if (result) return scheduler_.take_result(run_, *result);
    scheduler_.wait_without_place(1);
  }

 private:
  Scheduler& scheduler_;
  const BegunRun run_;
};

Scheduler::Scheduler(const Api& api, const LegacyRule& legacy, int parallel)
    : api_(api),
      legacy_(legacy),
      parallel_(std::max(parallel, 1)),
      book_(api.services[schedule_store], api.clock,
            [this](std::int64_t id, std::string_view what, const std::string& sentence) {
              tell(id, what, sentence);
            }) {}

Scheduler::~Scheduler() {
  close();
  drain();
}

// Raises a notice of the kind "schedule_failed" or the like; Notices holds back repeats
// for a while.
void Scheduler::tell(std::int64_t id, std::string_view what, const std::string& sentence) const {
  const Notices* out = api_.services.find(notices);
  if (!out) return;
  const std::string of = id == 0 ? "schedules" : fmt::format("schedule {}", id);
  out->raise(
      {.kind = fmt::format("schedule_{}", what),
       .topic = std::to_string(id),
       .subject = fmt::format("{} {}: {}", of, what, sentence),
       .text = sentence,
       .command = id == 0 ? "mega schedule runs" : fmt::format("mega schedule runs {}", id)});
}

void Scheduler::start() {
  workers_ = std::make_unique<Workers>(parallel_);
  // Block signals in the thread: the thread that runs the io_context handles them.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { look_after(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void Scheduler::changed() {
  {
    const std::lock_guard lock(mutex_);
    changed_ = true;
  }
  news_.notify_one();
}

void Scheduler::zone_changed() {
  {
    const std::lock_guard lock(mutex_);
    zone_changed_ = true;
  }
  news_.notify_one();
}

void Scheduler::close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  news_.notify_one();
}

void Scheduler::drain() {
  if (thread_.joinable()) thread_.join();
  {
    std::unique_lock lock(mutex_);
    news_.wait(lock, [this] { return under_way_ == 0; });
  }
  workers_.reset();
}

int Scheduler::under_way() const {
  const std::lock_guard lock(mutex_);
  return under_way_;
}

int Scheduler::places() const {
  const std::lock_guard lock(mutex_);
  return parallel_ - (under_way_ - waiting_);
}

void Scheduler::wait_without_place(int more) {
  {
    const std::lock_guard lock(mutex_);
    waiting_ += more;
    if (more > 0) place_free_ = true;
  }
  news_.notify_one();
}

void Scheduler::take_result(BegunRun run, const Result<Value>& result) {
  run.task = task_made_by(run.schedule.function, result);
  if (run.task == 0 || !api_.services.find(tasks)) {
    return end(run, end_of(run.schedule.function, result));
  }
  if (auto noted = api_.services[schedule_store].note_task(run.run, run.task); !noted) {
    logger.error("schedule={}: its task is not kept: {}", run.schedule.id, noted.error().message);
  }
  wait_for_task(run);
}

void Scheduler::wait_for_task(const BegunRun& run) {
  constexpr std::chrono::hours looked_at_after{24};
  wait_without_place(1);
  api_.services[tasks].watch({.task = run.task,
                              .since = until_its_end,
                              .limit = looked_at_after,
                              .hear = [this, run](const TaskNews&) {
                                workers_->push(std::make_unique<EndOfTask>(*this, run));
                              }});
}

void Scheduler::end_with_task(const BegunRun& run) {
  const auto task_end = end_with(api_.services, run.task);
  if (!task_end) return end(run, {RunState::failed, task_end.error().message, run.task});
  if (*task_end) return end(run, **task_end);
  const bool closed = [this] {
    const std::lock_guard lock(mutex_);
    return closed_;
  }();
  closed ? leave() : wait_for_task(run);
}

void Scheduler::leave() {
  const std::lock_guard lock(mutex_);
  --under_way_;
  news_.notify_one();
}

void Scheduler::end(const BegunRun& run, const RunEnd& end) {
  const bool ok = end.state == RunState::ok;
  logger.write(
      ok ? LogLevel::info : LogLevel::warn,
      fmt::format("schedule={} call={} due=\"{}\" {}{}", run.schedule.id, run.schedule.function,
                  format_local(run.due), name_of(end.state), ok ? "" : ": " + end.result));
  if (const auto kept = api_.services[schedule_store].end_run(run.run, end); !kept) {
    logger.error("schedule={}: how its run ended is not kept: {}", run.schedule.id,
                 kept.error().message);
  }
  if (!ok && run.task == 0) {  // tasks tell of their own failures
    tell(run.schedule.id, name_of(end.state),
         fmt::format("{}: {}", run.schedule.function, end.result));
  }
  // Notify with the lock held: once no run is under way, drain() returns and the scheduler
  // may be destroyed.
  const std::lock_guard lock(mutex_);
  ended_.push_back(run);
  --under_way_;
  news_.notify_one();
}

void Scheduler::look_after() {
  bool recovered = false;
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return;
    }
    recovered = recovered || recover();
    if (recovered) {
      take_in();
      begin_due();
    }
    sleep();
  }
}

bool Scheduler::recover() {
  const auto going_on = book_.recover();
  if (!going_on) {
    logger.error("schedules do not start yet: {}", going_on.error().message);
    return false;
  }
  {
    const std::lock_guard lock(mutex_);
    under_way_ += static_cast<int>(going_on->size());
  }
  for (const BegunRun& run : *going_on) wait_for_task(run);
  return true;
}

void Scheduler::take_in() {
  std::vector<BegunRun> ended;
  {
    const std::lock_guard lock(mutex_);
    ended.swap(ended_);
    place_free_ = false;
    if (std::exchange(changed_, false)) book_.changed();
    if (std::exchange(zone_changed_, false)) book_.zone_changed();
  }
  for (const BegunRun& run : ended) book_.forget(run);
}

void Scheduler::begin_due() {
  auto begun = book_.take(places());
  if (!begun) {
    logger.error("what is due has to wait: {}", begun.error().message);
    return;
  }
  for (BegunRun& run : *begun) {
    {
      const std::lock_guard lock(mutex_);
      ++under_way_;
    }
    workers_->push(std::make_unique<Run>(*this, std::move(run)));
  }
}

void Scheduler::sleep() {
  const auto next = book_.next();
  const bool soon = next && next->seconds - api_.clock.now().seconds <= 1;
  std::unique_lock lock(mutex_);
  news_.wait_for(lock, soon ? sleep_before_due : sleep_max, [this] {
    return closed_ || changed_ || zone_changed_ || place_free_ || !ended_.empty();
  });
}

}  // namespace mega
