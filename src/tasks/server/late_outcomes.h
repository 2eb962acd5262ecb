// LateOutcomes: finds out what became of targets that were given up.
//
// Once a daemon is connected again, asks it for the outcome of one order after the other, until it
// reports an end; never sends it an order to run. A state machine without threads, store or
// sockets.
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

  // Returns the targets to ask about now, at most one per agent. A target is not returned again
  // until hear() has its answer.
  std::vector<LateTarget> look(const TaskMoment& moment);

  // Takes the answer to "outcome", or the late end of the answer to "run". nullopt: there is
  // nothing to store yet.
  std::optional<LateOutcome> hear(std::int64_t task, std::size_t position,
                                  const Result<Value>& answer, const TaskMoment& moment);

  // Whether the passage of time alone can change something.
  bool waits() const { return pausing_ > 0; }

 private:
  using Key = std::pair<std::int64_t, std::size_t>;
  using Steady = std::chrono::steady_clock::time_point;

  struct Late {
    LateTarget target;
    bool asked = false;
    Steady next{};  // not asked again before; 0: no limit
  };

  void pause(Late& late, Steady until);
  void drop(std::map<Key, Late>::iterator late);

  std::map<Key, Late> targets_;
  std::set<std::string> busy_;  // agents that owe an answer
  std::size_t pausing_ = 0;     // number of targets with `next` set
};

}  // namespace mega
