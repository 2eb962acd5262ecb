// TaskDeadline: how long the server waits for a host that was sent an order.
//
//   no word on the order yet   twice the patience, in the middle of which the host is probed;
//                              once it is away, the patience from then on
//   the order waits there      no clock runs; once the host is away, as long as its script may run
//   its script has started     as long as the script may run, whatever becomes of the connection
//   it tells no limits         (older daemons) the order's own limit, else for ever;
//                              once it is away, as long as TaskPatience::lost says
//
// Terms: `away` is a host without a connection, the patience is TaskPatience::patience.
//
// The patience is added to all of them: an end may be a while on its way. It is counted anew after
// the server itself could not hear anything.
#pragma once

#include "tasks/format/run_answer.h"
#include "tasks/store/task_model.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace mega {

struct TaskPatience {
  // For a host whose turn it is, from when it went away, unless the task expires; and for the end
  // of a script that must be over.
  std::chrono::milliseconds away{15000};
  // For a host that was running and is away, when its limit is unknown.
  std::chrono::milliseconds lost{std::chrono::hours(24)};
};

class TaskDeadline {
 public:
  using Steady = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::milliseconds;

  enum class Heard : std::uint8_t { nothing, answers, waits, started };

  // What happened. `own_limit`: of the order; 0: it has none. `on_its_way`: for what goes out
  // before the daemon can say anything.
  void sent(const TaskPatience& patience, Duration own_limit, Duration on_its_way, Steady now);
  void stands(const TaskPatience& patience, const TaskStanding& standing, Steady now);
  void answers();
  void went_away(const TaskPatience& patience, Steady now);
  // The host was told to end its script, or is away while the task is cancelled.
  void told_to_end(const TaskPatience& patience, Steady now);
  void unwanted(const TaskPatience& patience, Steady away_since);
  // It is back, and was asked for the outcome.
  void asked_for_outcome(const TaskPatience& patience, Steady now) { gone_ = now + patience.away; }
  void was_deaf(const TaskPatience& patience, Steady now);

  // As a server before this one has noted it; the daemon is away. What a clock that was set makes
  // of it is no more than the whole limit.
  void take_up(const TaskPatience& patience, const TaskTarget& target, Duration own_limit,
               Time time, Steady now);
  // To be noted; nullopt: nothing was heard.
  std::optional<TargetLimit> noted(const TaskPatience& patience, Time time, Steady now) const;

  bool has_passed(Steady now) const { return now >= over_ || now >= gone_; }
  // Once.
  bool wants_probe(Steady now);
  // When one of these may change.
  Steady next() const { return std::min({over_, gone_, probe_}); }

  Heard heard() const { return heard_; }
  Duration limit() const { return limit_; }  // of the script; 0: not known

 private:
  static constexpr Steady never = Steady::max();

  Steady over_ = never;   // its script must be over, and that be known
  Steady gone_ = never;   // nothing is expected of it any more
  Steady probe_ = never;  // it is asked whether it is there
  Duration limit_{0};
  Duration grace_{std::chrono::seconds(10)};  // unless the host says otherwise
  Heard heard_ = Heard::nothing;
};

}  // namespace mega
