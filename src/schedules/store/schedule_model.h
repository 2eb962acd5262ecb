// Records of the store of schedules: a call to be made at due times, its owner, and the outcome of
// each due time.
#pragma once

#include "base/clock.h"
#include "schedules/format/due.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

// The caller that made a schedule. The schedule runs with the rights that this caller has when it
// is due.
struct ScheduleOwner {
  std::string who;      // "root", "deploy"; empty on the legacy door
  std::string door;     // "unix", "tls", "legacy"
  std::string role;     // when the schedule was made; for display
  std::string address;  // where the call came from; empty on the unix socket
  friend bool operator==(const ScheduleOwner&, const ScheduleOwner&) = default;
};

struct Schedule {
  std::int64_t id = 0;
  std::string function;     // the call: VALUE
  std::string args;         // ARGS as JSON
  std::string shown;        // ARGS for people, secrets masked
  bool strict = true;       // arguments are checked as in our own dialect
  bool tool = false;        // the envelope had TOOL
  std::int64_t type = 0;    // TYPE
  std::string target;       // TARGET as JSON
  std::string time, cycle;  // as time_text() and cycle_text() write them
  std::string zone;         // "Europe/Berlin"; empty: the server's
  CatchUp catch_up = CatchUp::once;
  Overlap overlap = Overlap::refuse;
  ScheduleOwner owner;
  std::int64_t stat = 1;         // 1 active, 2 paused
  std::optional<Time> next_due;  // the first unsettled due time
  Time created;
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

// The outcome of a due time.
enum class RunState {
  waiting,  // for an earlier run to end, or for a free place
  running,
  ok,
  failed,
  refused,  // the owner lacks the rights now, or a safety check refuses
  skipped,  // an earlier run was still going, or the schedule was paused
  missed,   // the server was not running, or its clock was set
  lost,     // the server ended during the run; its progress is unknown
};

std::string_view name_of(RunState state);

// One step of one schedule: how its due times are settled.
struct Settling {
  std::int64_t schedule = 0;
  Time due;  // next_due as it was read; no run begins if it has changed since
  std::optional<Time> next;
  std::optional<Time> missed;  // the first of missed_count due times without a run
  std::int64_t missed_count = 0;
  std::optional<Time> run;             // the due time that gets a run
  RunState state = RunState::running;  // of that run
  std::string result;                  // a sentence, if the run has ended already
};

// How a run ended.
struct RunEnd {
  RunState state = RunState::ok;
  std::string result;        // a sentence; a few words at most for success
  std::int64_t task_id = 0;  // the task that the run made; 0: none
};

// A running run that ends with the task that it has made.
struct RunOfTask {
  std::int64_t run = 0, schedule = 0, task = 0;
  Time due;
};

// Due times remembered for each schedule.
inline constexpr std::int64_t runs_kept = 1000;

}  // namespace mega
