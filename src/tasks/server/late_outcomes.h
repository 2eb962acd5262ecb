// LateOutcomes: what became, after all, of targets that were given up.
//
// A daemon that is there again is asked for the outcome, one order after the other, until it tells
// an end; nothing is sent to it that it could run. A machine without threads, store or sockets.
#pragma once

#include "tasks/server/task_run.h"
#include "tasks/store/task_model.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mega {

class LateOutcomes {
 public:
  void add(LateTarget target);

  bool knows(std::int64_t task, std::size_t position) const {
    return targets_.contains({task, position});
  }

  // The hosts to ask now; none is asked again before its answer has come.
  std::vector<LateTarget> look(const TaskMoment& moment);

  // An answer to outcome, or the end of what the order itself was answered. nullopt: nothing is to
  // be noted yet.
  std::optional<LateOutcome> hear(std::int64_t task, std::size_t position,
                                  const Result<Value>& answer, const TaskMoment& moment);

  // Whether time alone can change something.
  bool waits() const { return pausing_ > 0; }

 private:
  using Key = std::pair<std::int64_t, std::size_t>;
  using Steady = std::chrono::steady_clock::time_point;

  struct Late {
    LateTarget target;
    bool asked = false;
    Steady next{};  // not asked again before; 0: any time
  };

  void pause(Late& late, Steady until);
  void drop(std::map<Key, Late>::iterator late);

  std::map<Key, Late> targets_;
  std::set<std::string> busy_;  // agents that are asked
  std::size_t pausing_ = 0;     // of the targets
};

}  // namespace mega
