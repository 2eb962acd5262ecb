// Schedules as the store takes them in and gives them out: a call that is to be made at due times,
// whose it is, and what became of each due time.
#pragma once

#include "base/clock.h"
#include "schedules/format/due.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

// The caller that made a schedule. It runs with the rights that this caller has when it is due.
struct ScheduleOwner {
  std::string who;      // "root", "deploy"; empty on the legacy door
  std::string door;     // "unix", "tls", "legacy"
  std::string role;     // at that time, for people
  std::string address;  // where the call came from; empty on the unix socket
  friend bool operator==(const ScheduleOwner&, const ScheduleOwner&) = default;
};

struct Schedule {
  std::int64_t id = 0;
  std::string function;     // the call: VALUE
  std::string args;         // ARGS as JSON
  std::string shown;        // ARGS for people, secrets masked
  bool strict = true;       // arguments are checked as those of our own dialect
  bool tool = false;        // TOOL was there
  std::int64_t type = 0;    // TYPE
  std::string target;       // TARGET as JSON
  std::string time, cycle;  // as time_text() and cycle_text() write them
  std::string zone;         // "Europe/Berlin"; empty: the server's
  CatchUp catch_up = CatchUp::once;
  Overlap overlap = Overlap::refuse;
  ScheduleOwner owner;
  std::int64_t stat = 1;         // 1 active, 2 paused
  std::optional<Time> next_due;  // the first due time that nothing was done about
  Time created;
  friend bool operator==(const Schedule&, const Schedule&) = default;
};

// What became of a due time.
enum class RunState {
  waiting,  // for the run before it, or for a free place
  running,
  ok,
  failed,
  refused,  // its owner may not do that any more, or a safety check says no
  skipped,  // the run before it was still going
  missed,   // the server was not there in time
  lost,     // the server ended while it ran: how far it came is unknown
};

std::string_view name_of(RunState state);

// One step of one schedule: what was found out about its due times.
struct Settling {
  std::int64_t schedule = 0;
  Time due;  // next_due as it was read; it may have changed meanwhile
  std::optional<Time> next;
  std::optional<Time> missed;  // the first of so many that get no run
  std::int64_t missed_count = 0;
  std::optional<Time> run;             // the due time that gets one
  RunState state = RunState::running;  // of that run
  std::string result;                  // a sentence, where it has ended already
};

// How a run ended.
struct RunEnd {
  RunState state = RunState::ok;
  std::string result;        // a sentence; of what went well a few words at most
  std::int64_t task_id = 0;  // the task that it made
};

// So many due times are remembered for each schedule.
inline constexpr std::int64_t runs_kept = 1000;

}  // namespace mega
