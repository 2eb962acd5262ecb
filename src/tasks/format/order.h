// What is to run on a host, and what came of it.
//
//   order     down the link to a daemon, as ARGS of "run"
//   outcome   its last answer: exactly one for each order, whatever dies in between
//
// Both travel as maps; what has its default is left out. docs/PROTOCOL.md, "Tasks".
//
// What runs a script: what its order says, else what the ending of its name tells.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "value/value.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

inline constexpr std::size_t task_id_bytes_max = 200;
inline constexpr std::size_t script_bytes_max = 16 << 20;  // of one that the server keeps

struct TaskOrder {
  std::string id;                    // "TASK/TARGET/ATTEMPT", unique for ever; the journal's key
  std::string script;                // file name in the script folder; empty: `command`
  std::vector<std::string> command;  // program and arguments; only where the host allows it
  std::string interpreter;           // "", cmd, python, bash, perl; "" is by the file's extension
  std::vector<std::string> args;     // of the script
  std::optional<std::string> input;  // bytes for standard input, never logged; nullopt: /dev/null
  std::string user;                  // name or uid:gid; empty: what the host says
  std::string folder;                // to work in; empty: what the host says
  std::map<std::string, std::string> environment;  // beyond the clean one
  std::int64_t nice = 0;
  std::int64_t time_limit_s = 0;        // 0: what the host says
  std::int64_t output_limit_bytes = 0;  // of each stream; 0: what the host says
  std::int64_t expires = 0;             // unix seconds; not started afterwards; 0: never
  std::string digest;                   // SHA-256 of the script in hex; empty: as it stands there

  friend bool operator==(const TaskOrder&, const TaskOrder&) = default;
};

// A file name of the script folder: no slash, no NUL, no dot at its start, no control byte, at most
// 128 bytes. Errors: invalid_argument.
Result<void> check_script_name(std::string_view name);

// Whether a daemon could run it, as far as the order itself tells.
// Errors: invalid_argument.
Result<void> check_order(const TaskOrder& order);

Value to_value(const TaskOrder& order);

// Errors: invalid_argument, also those of check_order().
Result<TaskOrder> order_from(const Value& value);

enum class TaskState {
  waiting,
  running,
  // final
  ok,           // ended with exit code 0
  failed,       // ended otherwise
  timed_out,    // was ended because it took too long
  unreachable,  // its host did not come
  expired,      // was not started in time
  cancelled,    // by a caller
  refused,      // the host does not run that, or could not start it
  lost,         // was started; its end is unknown
};

std::string_view name_of(TaskState state);  // "timed_out"
Result<TaskState> parse_task_state(std::string_view name);
bool is_final(TaskState state);

struct TaskOutcome {
  TaskState state = TaskState::lost;
  std::string reason;  // a sentence, when it is not ok
  std::optional<std::int64_t> exit_code;
  std::optional<std::int64_t> signal;  // that ended it
  std::string output;                  // standard output, as far as it fits the limit
  std::string errors;                  // standard error, likewise
  bool output_cut = false;
  bool errors_cut = false;
  Time started, ended;  // 0: was not started
  std::int64_t cpu_ms = 0;
  std::int64_t peak_memory_kib = 0;

  friend bool operator==(const TaskOutcome&, const TaskOutcome&) = default;
};

Value to_value(const TaskOutcome& outcome);

// Errors: invalid_argument, also for a state that is not final.
Result<TaskOutcome> outcome_from(const Value& value);

// "cmd" (the script itself), "python", "bash" or "perl".
std::string interpreter_of(const TaskOrder& order);

}  // namespace mega
