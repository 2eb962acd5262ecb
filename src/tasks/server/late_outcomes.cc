#include "tasks/server/late_outcomes.h"

#include "tasks/format/run_answer.h"

#include <utility>

namespace mega {
namespace {

// Delay before asking a daemon again that still runs the order or did not answer.
constexpr std::chrono::milliseconds asked_again_after{5000};

}  // namespace

void LateOutcomes::add(LateTarget target) {
  const Key key{target.task, target.position};
  targets_.emplace(key, Late{.target = std::move(target)});
}

std::vector<LateTarget> LateOutcomes::look(const TaskMoment& moment) {
  std::vector<LateTarget> asked;
  for (auto late = targets_.begin(); late != targets_.end();) {
    auto& [target, is_asked, next] = late->second;
    if (moment.time > target.until) {
      drop(late++);
      continue;
    }
    const bool rests = moment.steady < next;
    if (!rests) pause(late->second, {});
    if (!is_asked && !rests && !busy_.contains(target.agent) && moment.present(target.agent)) {
      is_asked = true;
      busy_.insert(target.agent);
      asked.push_back(target);
    }
    ++late;
  }
  return asked;
}

std::optional<LateOutcome> LateOutcomes::hear(std::int64_t task, std::size_t position,
                                              const Result<Value>& answer,
                                              const TaskMoment& moment) {
  const auto found = targets_.find({task, position});
  if (found == targets_.end()) return std::nullopt;
  Late& late = found->second;
  const Map* map = answer ? outcome_in(*answer) : nullptr;
  const bool nobody_there = !answer && (answer.error().code == Errc::unavailable ||
                                        answer.error().code == Errc::timed_out);
  if (nobody_there || (map && goes_on(*map))) {
    if (std::exchange(late.asked, false)) busy_.erase(late.target.agent);
    pause(late, moment.steady + asked_again_after);
    return std::nullopt;
  }
  LateOutcome told{.task = task, .position = position};
  auto outcome = map ? outcome_from(*map) : Result<TaskOutcome>(fail(Errc::corrupt, ""));
  if (outcome) {
    told.outcome = *std::move(outcome);
  } else if (!answer && answer.error().code == Errc::not_found) {
    told.outcome = TaskOutcome{.state = TaskState::cancelled,
                               .reason = "its daemon has not started it, and does not any more"};
  }
  drop(found);
  return told;
}

void LateOutcomes::pause(Late& late, Steady until) {
  if (late.next != Steady{}) --pausing_;
  late.next = until;
  if (late.next != Steady{}) ++pausing_;
}

void LateOutcomes::drop(std::map<Key, Late>::iterator late) {
  pause(late->second, {});
  if (late->second.asked) busy_.erase(late->second.target.agent);
  targets_.erase(late);
}

}  // namespace mega
