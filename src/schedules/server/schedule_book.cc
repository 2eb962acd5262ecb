#include "schedules/server/schedule_book.h"

#include "base/log.h"
#include "schedules/server/find_zone.h"
#include "schedules/server/schedule_call.h"

#include <algorithm>

namespace mega {
namespace {

constexpr Logger logger{"schedule"};

// Waiting runs of one schedule with Overlap::queue.
constexpr std::int64_t waiting_max = 100;
// Pause until a schedule that cannot be read is tried again.
constexpr std::int64_t broken_seconds = 3600;

// A schedule's zone and its timetable in that zone.
struct Reading {
  std::shared_ptr<const Zone> zone;
  Timetable timetable;
};

Result<Reading> read(const Schedule& schedule) {
  auto zone = find_zone(schedule.zone);
  if (!zone) return fail(zone.error());
  const auto timetable = timetable_of(schedule, **zone);
  if (!timetable) return fail(timetable.error());
  return Reading{*std::move(zone), *timetable};
}

}  // namespace

Result<std::vector<BegunRun>> ScheduleBook::recover() {
  const auto lost = store_.recover_runs();
  if (!lost) return fail(lost.error());
  auto going_on = runs_going_on();
  if (!going_on) return going_on;
  if (*lost > 0) {
    tell(0, "lost", fmt::format("{} runs were cut off when the server ended", *lost));
  }
  seen_ = clock_.now();
  if (auto done = realign(seen_); !done) return fail(done.error());
  for (const BegunRun& run : *going_on) running_.insert(run.schedule.id);
  return going_on;
}

Result<std::vector<BegunRun>> ScheduleBook::runs_going_on() {
  const auto runs = store_.runs_of_tasks();
  if (!runs) return fail(runs.error());
  std::vector<BegunRun> going_on;
  for (const RunOfTask& run : *runs) {
    auto schedule = store_.schedule(run.schedule);
    if (!schedule) return fail(schedule.error());
    if (!*schedule) continue;
    going_on.push_back(
        {.run = run.run, .schedule = **std::move(schedule), .due = run.due, .task = run.task});
  }
  return going_on;
}

Result<std::vector<BegunRun>> ScheduleBook::take(int places) {
  const Time now = clock_.now();
  std::vector<BegunRun> begun;
  if (auto heeded = heed_clock(now); !heeded) return fail(heeded.error());
  if (auto done = begin_waiting(places, begun); !done) return fail(done.error());
  if (!next_known_ || (next_ && *next_ <= now)) {
    const int left = places - static_cast<int>(begun.size());
    // Runs that have begun must be returned even if the rest fails.
    if (auto done = settle_due(now, left, begun); !done) {
      if (begun.empty()) return fail(done.error());
      logger.error("{}", done.error().message);
    }
  }
  return begun;
}

void ScheduleBook::tell(std::int64_t id, std::string_view what, const std::string& sentence) const {
  logger.warn("schedule={} {}: {}", id, what, sentence);
  if (tell_) tell_(id, what, sentence);
}

void ScheduleBook::forget(const BegunRun& run) { running_.erase(run.schedule.id); }

Result<void> ScheduleBook::heed_clock(Time now) {
  if (now < seen_) {
    logger.warn("the clock was set back by {} s: due times come again unless they were run",
                seen_.seconds - now.seconds);
    if (auto done = realign(now); !done) return done;
  } else if (zone_changed_) {
    if (auto done = realign(now); !done) return done;
  }
  zone_changed_ = false;
  seen_ = now;
  return {};
}

// Recomputes next due times from the timetables: after the clock was set back, after a start and
// on SIGHUP, because the zone or its rules may have changed.
Result<void> ScheduleBook::realign(Time now) {
  next_known_ = false;
  const auto coming = store_.coming_schedules(now);
  if (!coming) return fail(coming.error());
  for (const Schedule& schedule : *coming) {
    const auto reading = read(schedule);
    if (!reading) continue;  // settle_one() reports it when it is due
    auto due = next_due(reading->timetable, *reading->zone, now);
    while (due) {
      const auto was_run = store_.was_run(schedule.id, *due);
      if (!was_run) return fail(was_run.error());
      if (!*was_run) break;
      due = next_due(reading->timetable, *reading->zone, *due);
    }
    if (!due || due == schedule.next_due) continue;
    if (auto moved = store_.move_schedule(schedule.id, *schedule.next_due, due); !moved) {
      return moved;
    }
  }
  return {};
}

Result<void> ScheduleBook::settle_due(Time now, int places, std::vector<BegunRun>& begun) {
  const auto due = store_.due_schedules(now);
  if (!due) return fail(due.error());
  std::vector<Settling> settlings;
  for (const Schedule& schedule : *due) {
    settlings.push_back(settle_one(schedule, now, places));
    if (settlings.back().run && settlings.back().state == RunState::running) --places;
  }
  if (!settlings.empty()) {
    const auto runs = store_.settle_schedules(settlings);
    if (!runs) return fail(runs.error());
    for (std::size_t i = 0; i < settlings.size(); ++i) {
      if ((*runs)[i] == 0) continue;
      BegunRun run{.run = (*runs)[i], .schedule = (*due)[i], .due = *settlings[i].run};
      if (settlings[i].state == RunState::running) {
        running_.insert(run.schedule.id);
        begun.push_back(std::move(run));
      } else if (settlings[i].state == RunState::waiting) {
        ++waiting_[run.schedule.id];
        queue_.push_back(std::move(run));
      }
    }
  }
  const auto next = store_.next_schedule();
  if (!next) return fail(next.error());
  next_ = *next;
  next_known_ = true;
  return {};
}

Settling ScheduleBook::settle_one(const Schedule& schedule, Time now, int places) {
  Settling settling{.schedule = schedule.id, .due = *schedule.next_due};
  const auto reading = read(schedule);
  if (!reading) {
    tell(schedule.id, "failed", reading.error().message);
    settling.run = schedule.next_due;
    settling.state = RunState::failed;
    settling.result = reading.error().message;
    settling.next = Time{now.seconds + broken_seconds};
    return settling;
  }
  const Due due =
      settle(reading->timetable, *reading->zone, *schedule.next_due, now, schedule.catch_up);
  if (due.missed_count > 0) {
    tell(schedule.id, "missed",
         fmt::format("{}: {} due times from {} on were missed", schedule.function, due.missed_count,
                     format_local(*due.missed)));
  }
  settling.next = due.next;
  settling.missed = due.missed;
  settling.missed_count = due.missed_count;
  settling.run = due.run;
  if (due.run) place(settling, schedule, places);
  return settling;
}

// Decides whether the run begins now, waits, or is skipped.
void ScheduleBook::place(Settling& settling, const Schedule& schedule, int places) {
  const auto found = waiting_.find(schedule.id);
  const std::int64_t waits = found == waiting_.end() ? 0 : found->second;
  const bool busy = running_.contains(schedule.id) || waits > 0;
  if (!busy) {
    settling.state = places > 0 ? RunState::running : RunState::waiting;
  } else if (schedule.overlap == Overlap::queue && waits < waiting_max) {
    settling.state = RunState::waiting;
  } else {
    settling.state = RunState::skipped;
    settling.result = schedule.overlap == Overlap::queue
                          ? fmt::format("{} runs before it wait already", waits)
                          : std::string("the run before it was still going");
    tell(schedule.id, "skipped", fmt::format("{}: {}", schedule.function, settling.result));
  }
}

Result<void> ScheduleBook::begin_waiting(int places, std::vector<BegunRun>& begun) {
  for (auto run = queue_.begin(); run != queue_.end() && places > 0;) {
    const std::int64_t id = run->schedule.id;
    if (running_.contains(id)) {
      ++run;
      continue;
    }
    const auto started = store_.start_run(run->run);
    if (!started) {
      if (begun.empty()) return fail(started.error());
      logger.error("{}", started.error().message);
      return {};
    }
    if (--waiting_[id] == 0) waiting_.erase(id);
    if (*started) {
      running_.insert(id);
      begun.push_back(std::move(*run));
      --places;
    }
    run = queue_.erase(run);
  }
  return {};
}

}  // namespace mega
