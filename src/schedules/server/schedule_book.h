// What is due, what waits and what runs: the thinking part of the scheduler, without threads.
//
// A due time is settled in one transaction that moves the schedule on and notes its run, before the
// run begins; so a due time is run once, whenever the process dies. In memory is only what that
// transaction can be read from again: which runs go on, and which wait.
//
//   the clock goes on          what has come due runs; due times that passed unseen are caught up
//                              or missed, as the schedule says
//   the clock is set back      due times that have a run get no other; all others come again
//   a start                    runs that were going on are lost, those that waited are due again
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

// A run that is to begin now.
struct BegunRun {
  std::int64_t run = 0;  // its id in the store
  Schedule schedule;
  Time due;
};

// Raises a notice: the schedule, what happened, and a sentence about it. `id` is
// 0 for what concerns several.
using TellOfSchedule =
    std::function<void(std::int64_t id, std::string_view what, const std::string& sentence)>;

// One thread at a time.
class ScheduleBook {
 public:
  // `tell` may be empty.
  ScheduleBook(ScheduleStore& store, const Clock& clock, TellOfSchedule tell = {})
      : store_(store), clock_(clock), tell_(std::move(tell)) {}

  // After the store was opened, before anything else. Errors: those of the store.
  Result<void> recover();

  // The runs that begin now, at most `places` of them. What fails stays due, and is tried again
  // with the next call. Errors: those of the store.
  Result<std::vector<BegunRun>> take(int places);

  // A run has come to its end, which the store knows.
  void forget(const BegunRun& run);

  // A schedule was added, changed or removed.
  void changed() { next_known_ = false; }

  // Until when nothing comes due; nullopt: nothing ever.
  std::optional<Time> next() const { return next_; }

 private:
  using Waiting = std::deque<BegunRun>;

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
  std::set<std::int64_t> running_;                // schedules that have a run
  std::map<std::int64_t, std::int64_t> waiting_;  // schedules, and how many of their runs wait
  Waiting queue_;                                 // these runs, by due time
  std::optional<Time> next_;
  bool next_known_ = false;
  Time seen_{};  // the clock, when it was looked at
};

}  // namespace mega
