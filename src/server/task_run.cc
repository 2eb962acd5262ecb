#include "server/task_run.h"

#include "base/config.h"

#include <utility>

namespace mega {
namespace {

using std::chrono::milliseconds;

// Before a host is asked again that has not ended yet, or whose connection broke.
constexpr milliseconds asked_again_after{500};

// The outcome in the answer to run, [.., ["end", outcome]], or to outcome, which is the map.
const Map* outcome_in(const Value& answer) {
  if (const auto* map = answer.as<Map>()) return map;
  const auto* items = answer.as<List>();
  if (!items || items->empty()) return nullptr;
  const auto* last = items->back().as<List>();
  return last && last->size() == 2 ? (*last)[1].as<Map>() : nullptr;
}

// Whether the outcome says that it is not one yet.
bool goes_on(const Map& outcome) {
  const Value* state = outcome.find(std::string_view("state"));
  const auto* name = state ? state->as<std::string>() : nullptr;
  const auto parsed = name ? parse_task_state(*name) : Result<TaskState>(TaskState::lost);
  return parsed && !is_final(*parsed);
}

// Whether the answer may never have come from the host itself.
bool is_uncertain(Errc code) { return code == Errc::unavailable || code == Errc::timed_out; }

bool is_refusal(Errc code) {
  return code == Errc::refused || code == Errc::not_allowed || code == Errc::invalid_argument ||
         code == Errc::not_found || code == Errc::unknown_function ||
         code == Errc::not_implemented || code == Errc::bad_envelope;
}

}  // namespace

TaskRun::TaskRun(ActiveTask task, const TaskPatience& patience, Steady now)
    : task_(std::move(task)), patience_(patience) {
  for (TaskTarget& stored : task_.targets) {
    Target target{.host = std::move(stored.host), .state = stored.state};
    if (task_.in_windows)
      target.windows = parse_windows(target.host.window).value_or(std::vector<Window>());
    if (stored.attempt > 0) target.attempt = stored.attempt;
    if (!is_final(target.state)) ++open_;
    if (target.state == TaskState::waiting) ++waiting_;
    if (target.state == TaskState::running) become_uncertain(target, now, now);
    targets_.push_back(std::move(target));
  }
  task_.targets.clear();
}

TaskOrder TaskRun::order_for(std::size_t position) const {
  TaskOrder order = task_.order;
  // The number alone may come again, in a store that was restored or made anew.
  order.id = fmt::format("{}-{:x}/{}/{}", task_.id, task_.created.seconds, position,
                         targets_[position].attempt);
  order.expires = task_.expires.seconds;
  return order;
}

TaskEnd TaskRun::how_it_ended() const {
  if (task_.cancelled) return TaskEnd::cancelled;
  return stopped_ ? TaskEnd::stopped : TaskEnd::done;
}

void TaskRun::look(const TaskMoment& moment, TaskSteps& steps) {
  if (uncertain_ > 0 || task_.cancelled) look_at_running(moment, steps);
  if (task_.cancelled) cancel_waiting("somebody cancelled the task before its turn", steps);
  if (waiting_ > 0) expire(moment, steps);
  if (waiting_ > 0) take_turns(moment, steps);
}

void TaskRun::look_at_running(const TaskMoment& moment, TaskSteps& steps) {
  for (std::size_t i = 0; i < targets_.size(); ++i) {
    Target& target = targets_[i];
    if (target.state != TaskState::running) continue;
    if (target.link == Link::uncertain && target.host.legacy_port != 0) {
      end(i, TaskState::lost, "the server was stopped before the daemon of 2014 answered", steps);
    } else if (target.link == Link::uncertain) {
      // Who cancels wants to see the end of it.
      const milliseconds patience = task_.cancelled ? patience_.away : patience_.lost;
      if (moment.steady - target.since >= patience) {
        end(i, TaskState::lost,
            fmt::format("its daemon was away for {} while it ran", format_duration(patience)),
            steps);
      } else if (moment.steady >= target.next && moment.present(target.host.agent)) {
        --uncertain_;
        target.link = Link::asked;
        // A host that has the order goes on telling; one that has not gets it, unless nobody wants
        // it any more.
        target.asked_outcome = task_.cancelled;
        steps.sendings.push_back(
            {task_.cancelled ? TaskSending::What::outcome : TaskSending::What::run, i});
      }
    }
    if (task_.cancelled && !target.cancel_sent && target.link == Link::asked &&
        target.host.legacy_port == 0) {
      target.cancel_sent = true;
      steps.sendings.push_back({TaskSending::What::cancel, i});
    }
  }
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
  for (const std::size_t position : turn.start) start(position, steps);
  for (const std::size_t position : turn.missed) miss(position, moment, steps);
}

void TaskRun::start(std::size_t position, TaskSteps& steps) {
  Target& target = targets_[position];
  target.state = TaskState::running;
  target.link = Link::asked;
  --waiting_;
  steps.changes.push_back({.task = task_.id,
                           .position = position,
                           .state = TaskState::running,
                           .attempt = target.attempt});
  const bool legacy = target.host.legacy_port != 0;
  steps.sendings.push_back({legacy ? TaskSending::What::dial : TaskSending::What::run, position});
}

void TaskRun::miss(std::size_t position, const TaskMoment& moment, TaskSteps& steps) {
  Target& target = targets_[position];
  if (target.since == Steady{}) target.since = moment.steady;
  const Steady away_since = moment.away_since(target.host.agent);
  if (task_.expires.seconds != 0 || moment.steady - away_since < patience_.away) return;
  // Without the time itself: equal reasons are shown together.
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
  if (is_uncertain(error.code)) return become_uncertain(target, moment.steady, later);
  const bool lacks_script = error.code == Errc::not_found && !target.asked_outcome;
  if (lacks_script && !task_.order.digest.empty() && !std::exchange(target.script_sent, true)) {
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
                             TaskSteps& steps) {
  const Target& target = targets_[position];
  if (target.state != TaskState::running || target.link != Link::asked) return;
  // Where the script did not arrive, the order is refused once more, and the host says why.
  if (end_of_answer || is_uncertain(end_of_answer.error().code)) {
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
