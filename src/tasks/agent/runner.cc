#include "tasks/agent/runner.h"

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "tasks/agent/process_mark.h"

namespace mega {
namespace {

constexpr Logger logger{"runner"};

constexpr std::size_t unsent_bytes_max = 256 << 10;  // not yet sent to one follower
constexpr std::size_t part_bytes_max = 32 << 10;
constexpr std::chrono::milliseconds lag_check{100};

TaskOutcome not_run(TaskState state, std::string reason) {
  return {.state = state, .reason = std::move(reason)};
}

std::string described(const TaskOutcome& outcome) {
  std::string text(name_of(outcome.state));
  if (!outcome.reason.empty()) text += ", " + outcome.reason;
  return text;
}

}  // namespace

struct Runner::Following {
  void tell(const TaskStanding& standing) {
    if (follower.stands && !std::exchange(told[standing.state == TaskState::running], true)) {
      follower.stands(standing);
    }
  }

  TaskFollower follower;
  bool told[2] = {false, false};  // told the follower: waiting, running
  std::size_t sent[2] = {0, 0};   // bytes of each stream
  bool gone = false;
};

struct Runner::Task {
  std::uint64_t number;  // arrival order
  TaskOrder order;
  RunManner manner;
  Time since;
  std::string what;
  ExecutionLimits limits;  // set once the order is prepared
  std::vector<Following> followers{};
  std::shared_ptr<Execution> execution{};  // nullptr: waiting

  TaskStanding standing() const {
    const auto left = execution ? execution->time_left() : limits.whole();
    return {.state = execution ? TaskState::running : TaskState::waiting,
            .limit_ms = std::chrono::ceil<std::chrono::milliseconds>(left).count(),
            .grace_ms = limits.grace.count()};
  }
};

Runner::Runner(asio::any_io_executor executor, const Clock& clock, RunRules rules,
               ScriptFolder folder, Journal& journal)
    : executor_(std::move(executor)),
      clock_(clock),
      rules_(std::move(rules)),
      folder_(std::move(folder)),
      journal_(journal),
      lagging_(executor_) {
  end_interrupted();
}

Runner::~Runner() { *alive_ = false; }

void Runner::end_interrupted() {
  for (const auto& order : journal_.interrupted()) {
    if (kill_group_if_same(order.process)) {
      logger.warn("task={} process {} of it was left and is killed", order.id, order.process.pid);
    }
    const std::string reason = fmt::format(
        "the daemon ended while it ran: it was started at {}{}", format_local(order.started),
        order.process.pid == 0 ? ", or was about to be"
                               : fmt::format(" as process {}", order.process.pid));
    const TaskOutcome lost{.state = TaskState::lost, .reason = reason, .started = order.started};
    logger.warn("task={} {} lost: {}", order.id, one_line(order.what), reason);
    if (auto noted = journal_.end(order.id, lost); !noted) {
      logger.error("task={} {}", order.id, noted.error().message);
    }
  }
}

Result<void> Runner::run(TaskOrder order, TaskFollower follower, RunManner manner) {
  const std::string id = order.id;
  if (const auto found = tasks_.find(id); found != tasks_.end()) {
    Task& task = *found->second;
    task.followers.push_back({std::move(follower)});
    task.followers.back().tell(task.standing());
    send_output(task);
    return {};
  }
  if (journal_.knows(id)) {
    auto outcome = journal_.outcome(id);
    if (!outcome) return fail(outcome.error());
    if (!*outcome) return fail(Errc::internal, "task {} is under way and nobody runs it", id);
    follower.end(std::move(**outcome));
    return {};
  }
  if (stopping_) return fail(Errc::unavailable, "the daemon is being stopped");
  if (waiting_.size() >= rules_.waiting) {
    return fail(Errc::unavailable, "{} tasks wait on this host already", waiting_.size());
  }
  const auto prepared = prepare_as(order, manner);
  if (!prepared && prepared.error().code == Errc::not_found && !order.digest.empty()) {
    return fail(prepared.error());
  }
  auto task = std::make_unique<Task>(Task{.number = numbered_++,
                                          .order = std::move(order),
                                          .manner = std::move(manner),
                                          .since = clock_.now()});
  task->what = prepared ? prepared->what : task->order.script;
  if (prepared) task->limits = prepared->limits;
  task->followers.push_back({std::move(follower)});
  tasks_.emplace(id, std::move(task));
  waiting_.push_back(id);
  start_later();
  return {};
}

// Orders that arrive together share one write to the journal.
void Runner::start_later() {
  if (std::exchange(starting_, true)) return;
  asio::post(executor_, [this, alive = alive_] {
    if (!*alive) return;
    starting_ = false;
    start_waiting();
  });
}

std::size_t Runner::running() const { return tasks_.size() - waiting_.size(); }

Result<Prepared> Runner::prepare_as(const TaskOrder& order, const RunManner& manner) const {
  auto prepared = prepare(order, rules_, manner.folder ? *manner.folder : folder_);
  if (prepared) prepared->plan.merged = prepared->plan.sh_for_plain_text = manner.as_a_shell;
  return prepared;
}

std::optional<Prepared> Runner::prepared(Task& task) {
  const std::string id = task.order.id;
  if (task.order.expires != 0 && clock_.now().seconds > task.order.expires) {
    answer(id, not_run(TaskState::expired, fmt::format("it was to start before {}",
                                                       format_local({task.order.expires}))));
    return std::nullopt;
  }
  auto prepared = prepare_as(task.order, task.manner);
  if (!prepared) {
    logger.warn("task={} refused: {}", id, prepared.error().message);
    answer(id, not_run(TaskState::refused, prepared.error().message));
    return std::nullopt;
  }
  return std::move(*prepared);
}

void Runner::start_waiting() {
  std::vector<std::pair<Task*, Prepared>> batch;
  while (!waiting_.empty() && running() < rules_.parallel) {
    Task& task = *tasks_.at(waiting_.front());
    waiting_.pop_front();
    if (auto ready = prepared(task)) batch.emplace_back(&task, std::move(*ready));
  }
  tell_waiting();
  if (batch.empty()) return;
  std::vector<Journal::Interrupted> orders;
  for (const auto& [task, ready] : batch) {
    orders.push_back({task->order.id, ready.what, clock_.now(), {}});
  }
  const auto noted = journal_.start(orders);
  if (!noted) logger.error("{} tasks refused: {}", batch.size(), noted.error().message);
  for (const auto& [task, ready] : batch) {
    if (noted) {
      start(*task, ready);
    } else {
      answer(task->order.id,
             not_run(TaskState::refused, fmt::format("the journal of the host takes no more: {}",
                                                     noted.error().message)));
    }
  }
}

// A new order may find no free slot.
void Runner::tell_waiting() {
  for (const std::string& id : waiting_) {
    Task& task = *tasks_.at(id);
    for (Following& one : task.followers) one.tell(task.standing());
  }
}

void Runner::start(Task& task, const Prepared& prepared) {
  const std::string id = task.order.id;
  task.since = clock_.now();
  task.what = prepared.what;
  const auto on_this_runner = [this, alive = alive_](auto work) {
    return [this, alive, work](auto&&... given) {
      if (*alive) work(*this, std::forward<decltype(given)>(given)...);
    };
  };
  task.execution = std::make_shared<Execution>(
      executor_, clock_, prepared.limits,
      Execution::Watcher{.started = on_this_runner([id](Runner& runner, pid_t script) {
                           runner.journal_.note_process(id, mark_process(script));
                         }),
                         .output = on_this_runner([id](Runner& runner) {
                           const auto found = runner.tasks_.find(id);
                           if (found != runner.tasks_.end()) runner.send_output(*found->second);
                         }),
                         .ended = on_this_runner([id](Runner& runner, TaskOutcome outcome) {
                           runner.ended(id, std::move(outcome));
                         })});
  const auto started = task.execution->start(prepared.plan);
  task.order.input.reset();  // may be a secret
  if (!started) return ended(id, not_run(TaskState::refused, started.error().message));
  logger.info("task={} {} started", id, one_line(prepared.what));
  task.limits = prepared.limits;
  TaskStanding standing = task.standing();
  standing.limit_ms = prepared.limits.whole().count();  // counted from the start
  for (Following& one : task.followers) one.tell(standing);
}

void Runner::send_output(Task& task) {
  if (!task.execution) return;
  const Captured* streams[] = {&task.execution->output(), &task.execution->errors()};
  for (Following& one : task.followers) {
    for (std::size_t i = 0; i < 2 && one.follower.part && !one.gone; ++i) {
      const std::string_view kept = streams[i]->kept;
      while (one.sent[i] < kept.size() && !one.gone) {
        if (one.follower.unsent && one.follower.unsent() > unsent_bytes_max) {
          send_output_later();
          break;
        }
        const auto bytes = kept.substr(one.sent[i], part_bytes_max);
        one.sent[i] += bytes.size();
        one.gone = !one.follower.part(static_cast<TaskStream>(i), bytes);
      }
    }
  }
}

void Runner::send_output_later() {
  if (std::exchange(lag_awaited_, true)) return;
  lagging_.expires_after(lag_check);
  lagging_.async_wait([this, alive = alive_](const asio::error_code& ec) {
    if (ec || !*alive) return;
    lag_awaited_ = false;
    for (const auto& [id, task] : tasks_) send_output(*task);
  });
}

void Runner::ended(const std::string& id, TaskOutcome outcome) {
  logger.info("task={} ended: {}", id, described(outcome));
  if (auto noted = journal_.end(id, outcome); !noted) {
    logger.error("task={} its outcome is not in the journal: {}", id, noted.error().message);
  }
  answer(id, std::move(outcome));
  start_later();
}

// Removes the task and answers its followers.
void Runner::answer(const std::string& id, const Result<TaskOutcome>& result) {
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) return;
  const auto task = std::move(found->second);
  tasks_.erase(found);
  for (const Following& one : task->followers) one.follower.end(result);
  if (stopping_ && tasks_.empty() && stopped_) std::exchange(stopped_, {})();
}

Result<void> Runner::cancel(const std::string& id) {
  const auto found = tasks_.find(id);
  if (found == tasks_.end()) {
    if (journal_.knows(id)) return {};
    return fail(Errc::not_found, "no task {} was started here", one_line(id));
  }
  Task& task = *found->second;
  if (task.execution) {
    task.execution->end(TaskState::cancelled, "it was cancelled while it ran");
    return {};
  }
  std::erase(waiting_, id);
  answer(id, not_run(TaskState::cancelled, "it was cancelled before it started"));
  return {};
}

Result<TaskReport> Runner::outcome(const std::string& id) const {
  if (const auto found = tasks_.find(id); found != tasks_.end()) {
    return TaskReport{found->second->execution ? TaskState::running : TaskState::waiting};
  }
  auto outcome = journal_.outcome(id);
  if (!outcome) return fail(outcome.error());
  if (!*outcome) return fail(Errc::internal, "task {} is under way and nobody runs it", id);
  const TaskState state = (*outcome)->state;
  return TaskReport{state, std::move(*outcome)};
}

std::vector<TaskUnderWay> Runner::under_way() const {
  std::vector<const Task*> tasks;
  for (const auto& [id, task] : tasks_) tasks.push_back(task.get());
  std::ranges::sort(tasks, {}, &Task::number);
  std::vector<TaskUnderWay> all;
  for (const Task* task : tasks) {
    all.push_back({task->order.id, task->what,
                   task->execution ? TaskState::running : TaskState::waiting, task->since});
  }
  return all;
}

void Runner::stop(std::function<void()> stopped) {
  stopping_ = true;
  for (const std::string& id : std::exchange(waiting_, {})) {
    answer(id, fail(Errc::unavailable, "the daemon is being stopped"));
  }
  for (const auto& [id, task] : tasks_) {
    task->execution->end(TaskState::failed, "the daemon was stopped while it ran");
  }
  if (tasks_.empty()) return stopped();
  stopped_ = std::move(stopped);
}

}  // namespace mega
