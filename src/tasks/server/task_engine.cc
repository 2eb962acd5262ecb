#include "tasks/server/task_engine.h"

#include "base/log.h"
#include "tasks/store/script_store.h"
#include "tasks/store/task_store.h"

#include <algorithm>
#include <utility>

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr Logger logger{"tasks"};

// Poll interval while a time-out is pending.
constexpr milliseconds tick{100};
// A gap between two polls that shows that the process was suspended or blocked.
constexpr milliseconds deaf_after{1000};
constexpr milliseconds forget_every{std::chrono::hours(1)};

// Minutes since midnight, in local time: reads "22:15:07" of "2014-07-31 22:15:07".
int minute_of(Time time) {
  const std::string text = format_local(time);
  const std::string_view clock = std::string_view(text).substr(text.size() - 8);
  return ((clock[0] - '0') * 10 + clock[1] - '0') * 60 + (clock[3] - '0') * 10 + clock[4] - '0';
}

// The arguments of put_script.
Value to_value(const std::string& name, const StoredScript& script) {
  return Map{{"name", name},
             {"content", Bytes{script.content}},
             {"digest", script.digest},
             {"signature", Bytes{script.signature}}};
}

std::size_t bytes_in(const Value& part) {
  std::size_t bytes = 0;
  if (const auto* items = part.as<List>()) {
    for (const Value& item : *items) {
      const auto output = output_from(item);
      bytes += output ? output->bytes.size() : 0;
    }
  }
  return bytes;
}

}  // namespace

TaskEngine::TaskEngine(TaskStore& store, const ScriptStore& scripts, const Clock& clock,
                       Agents& agents, TaskEngineOptions options)
    : store_(store),
      scripts_(scripts),
      clock_(clock),
      agents_(agents),
      options_(options),
      dialler_(clock, options.legacy_threads) {}

void TaskEngine::start() {
  thread_ = std::thread([this] { run(); });
}

void TaskEngine::stop() {
  inbox_.stop();
  if (thread_.joinable()) thread_.join();
}

void TaskEngine::look() { inbox_.look(); }

void TaskEngine::wake() { inbox_.wake(); }

void TaskEngine::watch(TaskWatch watch) {
  auto shared = std::make_shared<TaskWatch>(std::move(watch));
  inbox_.look();  // first, so that a task just added is loaded
  const bool taken = inbox_.put([this, shared] {
    const Steady until = clock_.steady() + shared->limit;
    watchers_.push_back({std::move(*shared), until});
  });
  if (!taken) shared->hear({.next = shared->since});
}

// Whether the passage of time alone can change something.
bool TaskEngine::waits() const {
  return input_rests_ || !watchers_.empty() || !changes_.empty() || !endings_.empty() ||
         !late_outcomes_.empty() || late_.waits() ||
         std::ranges::any_of(active_, [](const auto& task) { return task.second.run.waits(); });
}

void TaskEngine::run() {
  for (;;) {
    const TaskInbox::Taken news = inbox_.take(waits() ? tick : forget_every);
    for (const TaskInbox::Note& note : news.notes) note();
    if (news.stopping) break;  // notes first: they may hold new watchers, which are answered below
    if (news.woken) late_news_ = true;
    if (news.look) load();
    load_late();
    heed_deafness();
    look_at_all();
    if (keep_steps()) send_all();
    erase_inputs();
    keep_late_outcomes();
    ask_late();
    answer_watchers(false);
    forget_old();
  }
  answer_watchers(true);
}

TaskMoment TaskEngine::moment() const {
  const Time now = clock_.now();
  return {.time = now,
          .steady = clock_.steady(),
          .minute_of_day = minute_of(now),
          .present = [this](const std::string& agent) { return agents_.present(agent); },
          .away_since = [this](const std::string& agent) { return agents_.away_since(agent); }};
}

// Loads new tasks and cancellations from the store.
void TaskEngine::load() {
  auto tasks = store_.active_tasks(newest_);
  const auto cancelled = store_.cancelled_tasks();
  if (!tasks || !cancelled) {
    return logger.error("tasks cannot be read: {}",
                        tasks ? cancelled.error().message : tasks.error().message);
  }
  for (ActiveTask& task : *tasks) {
    newest_ = task.id;
    logger.info("task={} hosts={} what={}", task.id, task.targets.size(),
                task.order.script.empty() ? task.order.command.front() : task.order.script);
    active_.emplace(newest_, TaskRun(std::move(task), options_.patience, moment()));
  }
  for (const std::int64_t id : *cancelled) {
    if (const auto found = active_.find(id); found != active_.end()) found->second.run.cancel();
  }
}

void TaskEngine::load_late() {
  if (late_known_) return;
  auto targets = store_.late_targets();
  if (!targets) return logger.error("tasks cannot be read: {}", targets.error().message);
  for (LateTarget& target : *targets) late_.add(std::move(target));
  late_known_ = late_news_ = true;
}

// After the process was suspended or blocked on its disk, messages from hosts are still unread:
// extends the deadlines.
void TaskEngine::heed_deafness() {
  const TaskMoment now = moment();
  const bool deaf = looked_ != Steady{} && now.steady - looked_ > deaf_after;
  looked_ = now.steady;
  if (!deaf) return;
  for (auto& [id, active] : active_) active.run.was_deaf(now);
}

void TaskEngine::look_at_all() {
  const TaskMoment now = moment();
  for (auto& [id, active] : active_) {
    TaskSteps steps;
    active.run.look(now, steps);
    collect(id, std::move(steps));
    if (active.run.has_ended() && !std::exchange(active.ending, true)) {
      endings_.push_back({.task = id, .how = active.run.how_it_ended()});
    }
  }
}

void TaskEngine::collect(std::int64_t task, TaskSteps steps) {
  std::ranges::move(steps.changes, std::back_inserter(changes_));
  for (const TaskSending& sending : steps.sendings) outgoing_.push_back({task, sending});
}

// Stores changes and endings. False: the store failed; nothing may be sent.
bool TaskEngine::keep_steps() {
  if (changes_.empty() && endings_.empty()) return true;
  if (const auto noted = store_.note_targets(changes_, endings_); !noted) {
    if (!std::exchange(failing_, true)) {
      logger.error("tasks stand still, their steps cannot be kept: {}", noted.error().message);
    }
    return false;
  }
  if (std::exchange(failing_, false)) logger.info("tasks go on");
  for (const TargetChange& change : changes_) took(change);
  for (const TaskEnding& ending : endings_) {
    logger.info("task={} ended", ending.task);
    const auto ended = active_.find(ending.task);
    if (ended->second.run.order().input) input_rests_ = true;
    active_.erase(ended);
  }
  changes_.clear();
  endings_.clear();
  return true;
}

// The input of a task may be a secret. note_targets() has deleted it.
void TaskEngine::erase_inputs() {
  if (!input_rests_) return;
  const auto erased = store_.erase_inputs();
  input_rests_ = erased && !*erased;
  if (!erased) logger.error("inputs of tasks rest in the log: {}", erased.error().message);
}

void TaskEngine::took(const TargetChange& change) {
  if (change.limit) return;  // invisible to watchers
  Active& active = active_.at(change.task);
  active.feed.step();
  if (!change.given_up) return;
  const TaskHost& host = active.run.host(change.position);
  logger.warn("task={} host={} {}", change.task, host.host, change.outcome.reason);
  late_news_ = true;
  late_.add({.task = change.task,
             .position = change.position,
             .agent = host.agent,
             .order = active.run.order_for(change.position).id,
             .until = late_until(clock_.now())});
}

void TaskEngine::keep_late_outcomes() {
  if (late_outcomes_.empty()) return;
  if (const auto noted = store_.note_late_outcomes(late_outcomes_); !noted) {
    if (!std::exchange(failing_, true)) {
      logger.error("what hosts tell late cannot be kept: {}", noted.error().message);
    }
    return;
  }
  for (const LateOutcome& late : late_outcomes_) {
    if (late.outcome) {
      logger.info("task={} position={} was given up, and is told to be {}", late.task,
                  late.position, name_of(late.outcome->state));
    }
  }
  late_outcomes_.clear();
}

void TaskEngine::ask_late() {
  if (!std::exchange(late_news_, false) && !late_.waits()) return;
  for (const LateTarget& late : late_.look(moment())) {
    agents_.ask(
        late.agent, {.function = "outcome", .args = Value(Map{{"id", late.order}})},
        {.part = {}, .end = [this, task = late.task, position = late.position](Result<Value> end) {
           auto shared = std::make_shared<const Result<Value>>(std::move(end));
           inbox_.put([=, this] { take_late(task, position, *shared); });
         }});
  }
}

void TaskEngine::send_all() {
  for (const Outgoing& outgoing : std::exchange(outgoing_, {})) {
    const auto found = active_.find(outgoing.task);
    if (found != active_.end()) send(found->second, outgoing.sending);
  }
}

void TaskEngine::send(Active& active, const TaskSending& sending) {
  const std::int64_t task = active.run.id();
  const std::size_t position = sending.position;
  const TaskHost& host = active.run.host(position);
  const TaskOrder order = active.run.order_for(position);
  const Value id(Map{{"id", order.id}});
  switch (sending.what) {
    case TaskSending::What::run:
      return agents_.ask(host.agent, {.function = "run", .args = to_value(order)},
                         listener_for(task, position));
    case TaskSending::What::outcome:
      return agents_.ask(host.agent, {.function = "outcome", .args = id},
                         listener_for(task, position));
    case TaskSending::What::probe:
      return agents_.ask(host.agent, {.function = "outcome", .args = id},
                         {.part = {}, .end = [=, this](Result<Value> end) {
                            auto shared = std::make_shared<const Result<Value>>(std::move(end));
                            inbox_.put([=, this] { take_probe(task, position, *shared); });
                          }});
    case TaskSending::What::cancel:  // the answer to "run" brings the result
      return agents_.ask(host.agent, {.function = "cancel", .args = id},
                         {.part = {}, .end = [](const Result<Value>&) {}});
    case TaskSending::What::script:
      return send_script(active, position);
    case TaskSending::What::dial:
      return dialler_.dial(host, order, [this, task, position](TaskOutcome outcome) {
        auto shared = std::make_shared<TaskOutcome>(std::move(outcome));
        inbox_.put([=, this] { take_legacy_end(task, position, std::move(*shared)); });
      });
  }
}

void TaskEngine::send_script(Active& active, std::size_t position) {
  const std::int64_t task = active.run.id();
  const std::string& name = active.run.order().script;
  auto heard = [=, this](Result<Value> end) {
    auto shared = std::make_shared<const Result<Value>>(std::move(end));
    inbox_.put([=, this] { take_script_end(task, position, *shared); });
  };
  const auto script = scripts_.script(name);
  if (!script || !*script) {
    return heard(script
                     ? Result<Value>(fail(Errc::not_found, "the server has no {} any more", name))
                     : fail(script.error()));
  }
  agents_.ask(active.run.host(position).agent,
              {.function = "put_script", .args = to_value(name, **script)},
              {.part = {}, .end = std::move(heard)});
}

StreamedAnswer TaskEngine::listener_for(std::int64_t task, std::size_t position) {
  return {.part =
              [=, this](Value part) {
                const std::size_t bytes = bytes_in(part);
                if (bytes > 0 && !inbox_.has_room(bytes)) part = Value();
                auto shared = std::make_shared<const Value>(std::move(part));
                return inbox_.put([=, this] { take_part(task, position, *shared); }, bytes);
              },
          .end =
              [=, this](Result<Value> end) {
                auto shared = std::make_shared<const Result<Value>>(std::move(end));
                inbox_.put([=, this] { take_end(task, position, *shared); });
              }};
}

void TaskEngine::take_part(std::int64_t task, std::size_t position, const Value& part) {
  const auto found = active_.find(task);
  if (found == active_.end()) return;
  const auto* items = part.as<List>();
  if (!items) return found->second.feed.skip();
  for (const Value& item : *items) {
    if (const auto standing = standing_from(item)) {
      found->second.run.hear_standing(position, *standing, moment());
    } else if (auto output = output_from(item)) {
      found->second.run.hear_sign_of_life(position, moment());
      found->second.feed.add({.host = found->second.run.host(position).host,
                              .is_error = output->is_error,
                              .text = std::move(output->bytes)});
    }
  }
}

void TaskEngine::take_end(std::int64_t task, std::size_t position, const Result<Value>& end) {
  if (late_.knows(task, position)) return take_late(task, position, end);
  const auto found = active_.find(task);
  if (found == active_.end()) return;
  TaskSteps steps;
  found->second.run.hear(position, end, moment(), steps);
  collect(task, std::move(steps));
}

void TaskEngine::take_late(std::int64_t task, std::size_t position, const Result<Value>& end) {
  late_news_ = true;
  if (auto told = late_.hear(task, position, end, moment())) {
    late_outcomes_.push_back(*std::move(told));
  }
}

void TaskEngine::take_probe(std::int64_t task, std::size_t position, const Result<Value>& end) {
  const auto found = active_.find(task);
  if (found == active_.end()) return;
  if (!end && end.error().code == Errc::unavailable) return;  // the daemon is not connected
  found->second.run.hear_sign_of_life(position, moment());
}

void TaskEngine::take_script_end(std::int64_t task, std::size_t position,
                                 const Result<Value>& end) {
  const auto found = active_.find(task);
  if (found == active_.end()) return;
  TaskSteps steps;
  found->second.run.hear_of_script(position, end, moment(), steps);
  collect(task, std::move(steps));
}

void TaskEngine::take_legacy_end(std::int64_t task, std::size_t position, TaskOutcome outcome) {
  const auto found = active_.find(task);
  if (found == active_.end()) return;
  TaskSteps steps;
  found->second.run.end(position, std::move(outcome), steps);
  collect(task, std::move(steps));
}

// Answers watchers that have news or have timed out; `all`: every watcher.
void TaskEngine::answer_watchers(bool all) {
  const Steady now = clock_.steady();
  std::vector<Watcher> waiting;
  for (Watcher& watcher : watchers_) {
    const TaskWatch& watch = watcher.watch;
    const auto found = active_.find(watch.task);
    if (found == active_.end()) {
      watch.hear({.next = watch.since});
    } else if (all || now >= watcher.until || found->second.feed.has_news(watch.since)) {
      watch.hear(watch.since == until_its_end ? TaskNews{.next = watch.since}
                                              : found->second.feed.news(watch.since));
    } else {
      waiting.push_back(std::move(watcher));
    }
  }
  watchers_ = std::move(waiting);
}

void TaskEngine::forget_old() {
  const Steady now = clock_.steady();
  if (forgotten_ != Steady{} && now - forgotten_ < forget_every) return;
  forgotten_ = now;
  const auto forgotten = store_.forget_tasks({clock_.now().seconds - options_.keep.count()});
  if (!forgotten) {
    logger.error("old tasks cannot be removed: {}", forgotten.error().message);
  } else if (*forgotten > 0) {
    logger.info("removed {} tasks that ended more than {} days ago", *forgotten,
                options_.keep.count() / 86400);
  }
}

}  // namespace mega
