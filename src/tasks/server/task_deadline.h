// TaskDeadline: how long the server waits for a host that was sent an order.
//
//   the daemon said             connected: wait until          away: wait until
//   nothing about the order     2 * patience; probed halfway   patience
//   that the order waits        for ever                       its script's limit
//   that its script started     its script's limit             its script's limit
//   nothing about limits        the order's own limit, else    the order's own limit, else
//   (older daemons)             for ever                       TaskPatience::lost
//
// "Away" counts from when the daemon went away. Every limit is extended by the patience, because an
// outcome may take a while to arrive. was_deaf() extends the limits after the server itself could
// not receive anything.
#pragma once

#include "tasks/format/run_answer.h"
#include "tasks/store/task_model.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

namespace mega {

struct TaskPatience {
  // For a host that is away when its turn comes, unless the task expires; and for the outcome of a
  // script that must be over.
  std::chrono::milliseconds away{15000};
  // For a running target whose daemon is away and whose time limit is unknown.
  std::chrono::milliseconds lost{std::chrono::hours(24)};
};

class TaskDeadline {
 public:
  using Steady = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::milliseconds;

  enum class Heard : std::uint8_t { nothing, answers, waits, started };

  // Events. `own_limit`: the order's; 0: none. `on_its_way`: time to transfer the order and its
  // data, before the daemon can answer.
  void sent(const TaskPatience& patience, Duration own_limit, Duration on_its_way, Steady now);
  void stands(const TaskPatience& patience, const TaskStanding& standing, Steady now);
  void answers();
  void went_away(const TaskPatience& patience, Steady now);
  // told_to_end(): the daemon was told to end the script. unwanted(): the task was cancelled while
  // the daemon is away.
  void told_to_end(const TaskPatience& patience, Steady now);
  void unwanted(const TaskPatience& patience, Steady away_since);
  // The daemon is connected again and was asked for the outcome.
  void asked_for_outcome(const TaskPatience& patience, Steady now) { gone_ = now + patience.away; }
  void was_deaf(const TaskPatience& patience, Steady now);

  // Restores the state that an earlier server process stored; the daemon counts as away. The time
  // left is at most the whole limit, even if the clock was set.
  void take_up(const TaskPatience& patience, const TaskTarget& target, Duration own_limit,
               Time time, Steady now);
  // The limit to store; nullopt: the daemon has said nothing.
  std::optional<TargetLimit> noted(const TaskPatience& patience, Time time, Steady now) const;

  bool has_passed(Steady now) const { return now >= over_ || now >= gone_; }
  // True once, when the daemon should be probed.
  bool wants_probe(Steady now);
  // The next time at which has_passed() or wants_probe() may change.
  Steady next() const { return std::min({over_, gone_, probe_}); }

  Heard heard() const { return heard_; }
  Duration limit() const { return limit_; }  // of the script; 0: unknown

 private:
  static constexpr Steady never = Steady::max();

  Steady over_ = never;   // outcome is due by the script's limit
  Steady gone_ = never;   // given up as away or silent
  Steady probe_ = never;  // time to probe the daemon
  Duration limit_{0};
  Duration grace_{std::chrono::seconds(10)};  // until the host reports its own
  Heard heard_ = Heard::nothing;
};

}  // namespace mega
