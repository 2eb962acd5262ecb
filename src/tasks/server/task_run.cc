#include "tasks/server/task_run.h"

#include "base/settings.h"
#include "tasks/format/outcome_limits.h"
#include "tasks/format/run_answer.h"

#include <algorithm>
#include <utility>

namespace mega {
namespace {

using std::chrono::milliseconds;

// Delay before asking a host again that has not ended yet, or whose connection broke.
constexpr milliseconds asked_again_after{500};
// The least throughput expected of a link to a host.
constexpr std::size_t bytes_a_second = 64 << 10;

// Whether the error may not come from the host itself.
bool is_uncertain(Errc code) { return code == Errc::unavailable || code == Errc::timed_out; }

bool is_refusal(Errc code) {
  return code == Errc::refused || code == Errc::not_allowed || code == Errc::invalid_argument ||
         code == Errc::not_found || code == Errc::unknown_function ||
         code == Errc::not_implemented || code == Errc::bad_envelope;
}

milliseconds own_limit_of(const TaskOrder& order) {
  constexpr std::int64_t seconds_max = 366LL * 24 * 3600;  // the maximum of daemons
  return std::chrono::seconds(std::min(order.time_limit_s, seconds_max));
}

milliseconds time_for(std::size_t bytes) { return std::chrono::seconds(bytes / bytes_a_second); }

}  // namespace

TaskRun::TaskRun(ActiveTask task, const TaskPatience& patience, const TaskMoment& now)
    : task_(std::move(task)), patience_(patience) {
  const milliseconds own_limit = own_limit_of(task_.order);
  for (TaskTarget& stored : task_.targets) {
    Target target{.host = std::move(stored.host), .windows = {}, .state = stored.state};
    if (task_.in_windows)
      target.windows = parse_windows(target.host.window).value_or(std::vector<Window>());
    if (stored.attempt > 0) target.attempt = stored.attempt;
    if (!is_final(target.state)) ++open_;
    if (target.state == TaskState::waiting) ++waiting_;
    if (target.state == TaskState::running) {
      become_uncertain(target, now.steady, now.steady);
      target.deadline.take_up(patience_, stored, own_limit, now.time, now.steady);
    }
    targets_.push_back(std::move(target));
  }
  task_.targets.clear();
}

TaskOrder TaskRun::order_for(std::size_t position) const {
  TaskOrder order = task_.order;
  order.id = order_id(task_.id, task_.created, position, targets_[position].attempt);
  order.expires = task_.expires.seconds;
  return order;
}

TaskEnd TaskRun::how_it_ended() const {
  if (task_.cancelled) return TaskEnd::cancelled;
  return stopped_ ? TaskEnd::stopped : TaskEnd::done;
}

void TaskRun::look(const TaskMoment& moment, TaskSteps& steps) {
  if (uncertain_ > 0 || task_.cancelled || moment.steady >= due_) look_at_running(moment, steps);
  if (task_.cancelled) cancel_waiting("somebody cancelled the task before its turn", steps);
  if (waiting_ > 0) expire(moment, steps);
  if (waiting_ > 0) take_turns(moment, steps);
}

void TaskRun::look_at_running(const TaskMoment& moment, TaskSteps& steps) {
  due_ = Steady::max();
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const Target& target = targets_[i];
    if (target.state != TaskState::running) continue;
    if (target.host.legacy_port == 0) {
      look_at_sent(i, moment, steps);
      if (target.state == TaskState::running) due_ = std::min(due_, target.deadline.next());
    } else if (target.link == Link::uncertain) {
      end(i, TaskState::lost, "the server was stopped before the daemon of 2014 answered", steps);
    }
  }
}

void TaskRun::look_at_sent(std::size_t position, const TaskMoment& moment, TaskSteps& steps) {
  Target& target = targets_[position];
  const auto send = [&](TaskSending::What what) { steps.sendings.push_back({what, position}); };
  // A cancelled task must end soon, even if a daemon is away.
  if (task_.cancelled && target.link == Link::uncertain) {
    target.deadline.unwanted(patience_, target.since);
  }
  if (target.deadline.has_passed(moment.steady)) return give_up(position, moment, steps);
  if (target.link == Link::uncertain && moment.steady >= target.next &&
      moment.present(target.host.agent)) {
    ask_again(position, moment, steps);
  }
  if (target.link != Link::asked) return;
  if (task_.cancelled && !std::exchange(target.cancel_sent, true)) {
    target.deadline.told_to_end(patience_, moment.steady);
    send(TaskSending::What::cancel);
  }
  if (target.deadline.wants_probe(moment.steady)) send(TaskSending::What::probe);
  if (std::exchange(target.unsaved, false)) note_limit(position, moment, steps);
}

// Sends the order again: a host that has it continues the answer, another one starts it. If the
// task is cancelled, asks for the outcome instead.
void TaskRun::ask_again(std::size_t position, const TaskMoment& moment, TaskSteps& steps) {
  Target& target = targets_[position];
  --uncertain_;
  target.link = Link::asked;
  target.asked_outcome = task_.cancelled;
  if (task_.cancelled) {
    target.deadline.asked_for_outcome(patience_, moment.steady);
  } else {
    expect_answer(target, moment.steady);
  }
  steps.sendings.push_back(
      {task_.cancelled ? TaskSending::What::outcome : TaskSending::What::run, position});
}

void TaskRun::note_limit(std::size_t position, const TaskMoment& moment, TaskSteps& steps) {
  const Target& target = targets_[position];
  const auto limit = target.deadline.noted(patience_, moment.time, moment.steady);
  if (!limit) return;
  steps.changes.push_back({.task = task_.id,
                           .position = position,
                           .state = TaskState::running,
                           .attempt = target.attempt,
                           .limit = limit});
}

// "its daemon is connected but silent", or since when it is away.
std::string TaskRun::whereabouts(const Target& target, const TaskMoment& moment) const {
  if (target.link != Link::uncertain) return "its daemon is connected but silent";
  const auto away = std::chrono::floor<std::chrono::seconds>(moment.steady - target.since);
  return "its daemon is away since " + format_local({moment.time.seconds - away.count()});
}

void TaskRun::give_up(std::size_t position, const TaskMoment& moment, TaskSteps& steps) {
  using Heard = TaskDeadline::Heard;
  const Target& target = targets_[position];
  const Heard heard = target.deadline.heard();
  const milliseconds limit = target.deadline.limit();
  std::string what = "nobody knows what became of it";
  if (task_.cancelled) {
    what = "it was cancelled";
  } else if (heard == Heard::nothing) {
    what = "its daemon has not said that it took it";
  } else if (heard == Heard::waits) {
    what = "it waited there for its turn";
  } else if (limit.count() > 0) {
    const bool long_enough = limit >= std::chrono::seconds(10);
    what = fmt::format(
        "it had to be over after {}",
        format_duration(long_enough ? std::chrono::ceil<std::chrono::seconds>(limit) : limit));
  }
  // Keeps a silent daemon from starting the order later.
  if (heard == Heard::nothing && target.link == Link::asked && !target.cancel_sent) {
    steps.sendings.push_back({TaskSending::What::cancel, position});
  }
  end(position, TaskState::lost, what + ", and " + whereabouts(target, moment), steps);
  steps.changes.back().given_up = true;
}

void TaskRun::cancel_waiting(const std::string& reason, TaskSteps& steps) {
  for (std::size_t i = 0; i < targets_.size() && waiting_ > 0; ++i) {
    if (targets_[i].state == TaskState::waiting) end(i, TaskState::cancelled, reason, steps);
  }
}

void TaskRun::expire(const TaskMoment& moment, TaskSteps& steps) {
  if (task_.expires.seconds == 0 || moment.time < task_.expires) return;
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    const Target& target = targets_[i];
    if (target.state != TaskState::waiting) continue;
    if (target.since != Steady{}) {
      end(i, TaskState::unreachable,
          "its daemon did not come before " + format_local(task_.expires), steps);
    } else {
      end(i, TaskState::expired, "its turn did not come before " + format_local(task_.expires),
          steps);
    }
  }
}

void TaskRun::take_turns(const TaskMoment& moment, TaskSteps& steps) {
  std::vector<Participant> hosts;
  hosts.reserve(targets_.size());
  for (const Target& target : targets_) {
    Participant host{.cluster = target.host.cluster, .state = target.state};
    if (target.state == TaskState::waiting) {
      host.open = is_open(target.windows, moment.minute_of_day);
      host.present = target.host.legacy_port != 0 || moment.present(target.host.agent);
    }
    hosts.push_back(host);
  }
  const Turn turn = next_turn(task_.pacing, hosts);
  if (turn.stop) {
    stopped_ = true;
    return cancel_waiting(
        fmt::format("the task stopped after {} failure{}", task_.pacing.failures_max,
                    task_.pacing.failures_max == 1 ? "" : "s"),
        steps);
  }
  for (const std::size_t position : turn.start) start(position, moment, steps);
  for (const std::size_t position : turn.missed) miss(position, moment, steps);
}

// Sets the deadline of a target whose order was or is about to be sent.
void TaskRun::expect_answer(Target& target, Steady now) {
  const std::size_t bytes = task_.order.input ? task_.order.input->size() : 0;
  target.deadline.sent(patience_, own_limit_of(task_.order), time_for(bytes), now);
  due_ = std::min(due_, target.deadline.next());
}

void TaskRun::start(std::size_t position, const TaskMoment& moment, TaskSteps& steps) {
  Target& target = targets_[position];
  target.state = TaskState::running;
  target.link = Link::asked;
  --waiting_;
  steps.changes.push_back({.task = task_.id,
                           .position = position,
                           .state = TaskState::running,
                           .attempt = target.attempt});
  const bool legacy = target.host.legacy_port != 0;
  if (!legacy) expect_answer(target, moment.steady);
  steps.sendings.push_back({legacy ? TaskSending::What::dial : TaskSending::What::run, position});
}

void TaskRun::miss(std::size_t position, const TaskMoment& moment, TaskSteps& steps) {
  Target& target = targets_[position];
  if (target.since == Steady{}) target.since = moment.steady;
  const Steady away_since = moment.away_since(target.host.agent);
  if (task_.expires.seconds != 0 || moment.steady - away_since < patience_.away) return;
  // Without the point in time: equal reasons are displayed together.
  end(position, TaskState::unreachable,
      fmt::format("its daemon is not connected, and has not been for {}",
                  format_duration(patience_.away)),
      steps);
}

void TaskRun::become_uncertain(Target& target, Steady now, Steady next) {
  if (target.link != Link::uncertain) ++uncertain_;
  target.link = Link::uncertain;
  target.since = now;
  target.next = next;
  target.deadline.went_away(patience_, now);
}

void TaskRun::hear_standing(std::size_t position, const TaskStanding& standing,
                            const TaskMoment& moment) {
  Target& target = targets_[position];
  if (target.state != TaskState::running || target.link != Link::asked) return;
  target.deadline.stands(patience_, standing, moment.steady);
  if (target.cancel_sent) target.deadline.told_to_end(patience_, moment.steady);
  target.unsaved = true;
  due_ = moment.steady;
}

void TaskRun::hear_sign_of_life(std::size_t position, const TaskMoment& moment) {
  Target& target = targets_[position];
  if (target.state != TaskState::running || target.link != Link::asked) return;
  if (target.deadline.heard() != TaskDeadline::Heard::nothing) return;
  target.deadline.answers();
  target.unsaved = true;
  due_ = moment.steady;
}

void TaskRun::was_deaf(const TaskMoment& moment) {
  for (Target& target : targets_) {
    if (target.state == TaskState::running) target.deadline.was_deaf(patience_, moment.steady);
  }
}

void TaskRun::hear(std::size_t position, const Result<Value>& end_of_answer,
                   const TaskMoment& moment, TaskSteps& steps) {
  Target& target = targets_[position];
  if (target.state != TaskState::running || target.link != Link::asked) return;
  const Steady later = moment.steady + asked_again_after;
  if (end_of_answer) {
    const Map* map = outcome_in(*end_of_answer);
    if (map && goes_on(*map)) return become_uncertain(target, moment.steady, later);
    auto outcome =
        map ? outcome_from(*map) : Result<TaskOutcome>(fail(Errc::corrupt, "it is none"));
    if (outcome) return end(position, *std::move(outcome), steps);
    return end(position, TaskState::lost,
               "its daemon's outcome cannot be read: " + outcome.error().message, steps);
  }
  const Error& error = end_of_answer.error();
  if (is_uncertain(error.code)) {
    target.cancel_sent = false;  // the cancel may not have arrived
    return become_uncertain(target, moment.steady, later);
  }
  const bool lacks_script = error.code == Errc::not_found && !target.asked_outcome;
  if (lacks_script && !task_.order.digest.empty() && !std::exchange(target.script_sent, true)) {
    target.deadline.sent(patience_, own_limit_of(task_.order), time_for(script_bytes_max),
                         moment.steady);
    steps.sendings.push_back({TaskSending::What::script, position});
    return;
  }
  if (error.code == Errc::not_found && target.asked_outcome) {
    return end(position, TaskState::cancelled, "somebody cancelled the task before it started",
               steps);
  }
  end(position, is_refusal(error.code) ? TaskState::refused : TaskState::lost, error.message,
      steps);
}

void TaskRun::hear_of_script(std::size_t position, const Result<Value>& end_of_answer,
                             const TaskMoment& moment, TaskSteps& steps) {
  Target& target = targets_[position];
  if (target.state != TaskState::running || target.link != Link::asked) return;
  // If the script did not arrive, the host refuses the order again, with the reason.
  if (end_of_answer || is_uncertain(end_of_answer.error().code)) {
    expect_answer(target, moment.steady);
    steps.sendings.push_back({TaskSending::What::run, position});
  } else {
    end(position, TaskState::refused,
        "its daemon did not take the script: " + end_of_answer.error().message, steps);
  }
}

void TaskRun::end(std::size_t position, TaskState state, std::string reason, TaskSteps& steps) {
  end(position, TaskOutcome{.state = state, .reason = std::move(reason)}, steps);
}

void TaskRun::end(std::size_t position, TaskOutcome outcome, TaskSteps& steps) {
  Target& target = targets_[position];
  if (is_final(target.state)) return;
  if (target.state == TaskState::waiting) --waiting_;
  if (target.link == Link::uncertain) --uncertain_;
  limit_outcome(outcome, task_.order,
                target.host.legacy_port != 0 ? legacy_output_bytes_max : output_bytes_max);
  target.state = outcome.state;
  target.link = Link::none;
  --open_;
  steps.changes.push_back({.task = task_.id,
                           .position = position,
                           .state = target.state,
                           .attempt = target.attempt,
                           .outcome = std::move(outcome)});
}

}  // namespace mega
