#include "tasks/server/task_deadline.h"

#include <algorithm>

namespace mega {

void TaskDeadline::sent(const TaskPatience& patience, Duration own_limit, Duration on_its_way,
                        Steady now) {
  gone_ = never;
  if (heard_ == Heard::started || heard_ == Heard::answers) return;
  heard_ = Heard::nothing;
  limit_ = own_limit;
  probe_ = now + on_its_way + patience.away;
  gone_ = probe_ + patience.away;
  over_ = own_limit.count() > 0 ? probe_ + own_limit : never;
}

void TaskDeadline::stands(const TaskPatience& patience, const TaskStanding& standing, Steady now) {
  limit_ = Duration(standing.limit_ms);
  grace_ = Duration(standing.grace_ms);
  gone_ = probe_ = over_ = never;
  heard_ = standing.state == TaskState::waiting ? Heard::waits : Heard::started;
  if (heard_ == Heard::started && limit_.count() > 0) over_ = now + limit_ + patience.away;
}

void TaskDeadline::answers() {
  if (heard_ != Heard::nothing) return;
  heard_ = Heard::answers;
  gone_ = probe_ = never;
}

void TaskDeadline::went_away(const TaskPatience& patience, Steady now) {
  probe_ = never;
  if (heard_ == Heard::nothing) {
    gone_ = now + patience.away;
  } else if (heard_ == Heard::waits && limit_.count() > 0) {
    gone_ = now + limit_ + patience.away;
  } else {
    gone_ = over_ == never ? now + patience.lost : never;
  }
}

void TaskDeadline::told_to_end(const TaskPatience& patience, Steady now) {
  over_ = std::min(over_, now + grace_ + patience.away);
}

void TaskDeadline::unwanted(const TaskPatience& patience, Steady away_since) {
  gone_ = std::min(gone_, away_since + patience.away);
}

void TaskDeadline::was_deaf(const TaskPatience& patience, Steady now) {
  for (Steady* const moment : {&over_, &gone_}) *moment = std::max(*moment, now + patience.away);
}

void TaskDeadline::take_up(const TaskPatience& patience, const TaskTarget& target,
                           Duration own_limit, Time time, Steady now) {
  const auto left = [&](Time until, Duration limit) {
    const Duration by_clock = std::chrono::seconds(until.seconds - time.seconds);
    return std::clamp(by_clock, Duration(0), limit);
  };
  limit_ = own_limit;
  if (target.limit && target.limit->ms > 0) {
    limit_ = Duration(target.limit->ms);
    const bool started = target.limit->over_by.seconds != 0;
    heard_ = started ? Heard::started : Heard::waits;
    if (started) over_ = now + left(target.limit->over_by, limit_) + patience.away;
  } else {
    heard_ = target.limit ? Heard::answers : Heard::nothing;
    const Time until{target.started.seconds +
                     std::chrono::ceil<std::chrono::seconds>(limit_).count()};
    if (limit_.count() > 0) over_ = now + left(until, limit_) + patience.away;
  }
  went_away(patience, now);
}

std::optional<TargetLimit> TaskDeadline::noted(const TaskPatience& patience, Time time,
                                               Steady now) const {
  if (heard_ == Heard::nothing) return std::nullopt;
  if (heard_ == Heard::answers) return TargetLimit{};
  TargetLimit limit{.ms = limit_.count(), .over_by = {}};
  if (over_ != never) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(over_ - patience.away - now);
    limit.over_by = {time.seconds + left.count()};
  }
  return limit;
}

bool TaskDeadline::wants_probe(Steady now) {
  if (now < probe_) return false;
  probe_ = never;
  return true;
}

}  // namespace mega
