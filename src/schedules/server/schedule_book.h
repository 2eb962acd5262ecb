// ScheduleBook: decides which runs begin, wait or are skipped; the scheduler without its threads.
//
// One transaction moves the schedule on and records the run, before the run begins; so a due time
// is run at most once, whenever the process dies. Memory holds only what can be read from the store
// again: which runs are running, and which wait.
//
//   the clock advances        due runs begin; missed due times are caught up or recorded as missed,
//                             as the schedule says
//   the clock is set back     due times that have a run get no other; all others come again
//   another zone, on SIGHUP   due times to come are those of the new zone
//   a start                   running runs are lost, except those that have made a task; waiting
//                             runs are due again
#pragma once

#include "base/clock.h"
#include "schedules/store/schedule_model.h"
#include "schedules/store/schedule_store.h"
#include "sql/database.h"

#include <deque>
#include <functional>
#include <map>
#include <set>
#include <vector>

namespace mega {

// A run that begins now, or goes on after a start.
struct BegunRun {
  std::int64_t run = 0;  // its id in the store
  Schedule schedule;
  Time due;
  std::int64_t task = 0;  // the task that it has made; 0: none yet
};

// Called with an event to report: the schedule, the kind of the event, and a sentence about it.
// `id` is 0 for an event that concerns several schedules.
using TellOfSchedule =
    std::function<void(std::int64_t id, std::string_view what, const std::string& sentence)>;

// Not thread-safe.
class ScheduleBook {
 public:
  // `tell` may be empty.
  ScheduleBook(ScheduleStore& store, const Clock& clock, TellOfSchedule tell = {})
      : store_(store), clock_(clock), tell_(std::move(tell)) {}

  // Call after the store was opened, before anything else. Returns the runs that go on, because
  // they have made a task. Errors: those of the store.
  Result<std::vector<BegunRun>> recover();

  // Returns the runs that begin now, at most `places` of them. After an error the due times stay
  // due, and the next call tries again. Errors: those of the store.
  Result<std::vector<BegunRun>> take(int places);

  // Call when a run has ended and the store knows its end.
  void forget(const BegunRun& run);

  // Call when a schedule was added, changed or removed.
  void changed() { next_known_ = false; }

  // Call when the zone of this process has changed: the next take() computes due times again.
  void zone_changed() { zone_changed_ = true; }

  // The next due time of all schedules; nullopt: none.
  std::optional<Time> next() const { return next_; }

 private:
  using Waiting = std::deque<BegunRun>;

  Result<std::vector<BegunRun>> runs_going_on();
  Result<void> heed_clock(Time now);
  Result<void> realign(Time now);
  Result<void> settle_due(Time now, int places, std::vector<BegunRun>& begun);
  Settling settle_one(const Schedule& schedule, Time now, int places);
  void place(Settling& settling, const Schedule& schedule, int places);
  Result<void> begin_waiting(int places, std::vector<BegunRun>& begun);

  void tell(std::int64_t id, std::string_view what, const std::string& sentence) const;

  ScheduleStore& store_;
  const Clock& clock_;
  const TellOfSchedule tell_;
  std::set<std::int64_t> running_;                // schedules with a running run
  std::map<std::int64_t, std::int64_t> waiting_;  // number of waiting runs by schedule
  Waiting queue_;                                 // the waiting runs, by due time
  std::optional<Time> next_;
  bool next_known_ = false;
  bool zone_changed_ = false;  // since the last realign()
  Time seen_{};                // the clock at the last check
};

}  // namespace mega
