// An order to run something on a host, and its outcome.
//
//   order     server to daemon, as ARGS of "run"
//   outcome   the daemon's last answer: exactly one per order, whatever fails in between
//
// Both are sent as maps; fields with their default value are left out. docs/PROTOCOL.md, "Tasks".
//
// The interpreter of a script is the one that the order names, else that of the file's extension.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "value/value.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

inline constexpr std::size_t task_id_bytes_max = 200;
inline constexpr std::size_t script_bytes_max = 16 << 20;  // of a script that the server keeps

struct TaskOrder {
  std::string id;                    // "TASK/TARGET/ATTEMPT", globally unique; the journal's key
  std::string script;                // file name in the script folder; empty: `command`
  std::vector<std::string> command;  // program and arguments; only if the host allows commands
  std::string interpreter;           // "", cmd, python, bash, perl; "": by the file's extension
  std::vector<std::string> args;     // of the script
  std::optional<std::string> input;  // standard input, never logged; nullopt: /dev/null
  std::string user;                  // name or uid:gid; empty: the host's setting
  std::string folder;                // working folder; empty: the host's setting
  std::map<std::string, std::string> environment;  // added to the clean environment
  std::int64_t nice = 0;
  std::int64_t time_limit_s = 0;        // 0: the host's setting
  std::int64_t output_limit_bytes = 0;  // of each stream; 0: the host's setting
  std::int64_t expires = 0;             // unix seconds, no start afterwards; 0: never
  std::string digest;  // SHA-256 of the script in hex; empty: the host's own version

  friend bool operator==(const TaskOrder&, const TaskOrder&) = default;
};

// A file name of the script folder: no slash, no NUL, no leading dot, no control byte, at most 128
// bytes. Errors: invalid_argument.
Result<void> check_script_name(std::string_view name);

// Checks what the order alone shows, without the host's rules. Errors: invalid_argument.
Result<void> check_order(const TaskOrder& order);

Value to_value(const TaskOrder& order);

// Errors: invalid_argument, including those of check_order().
Result<TaskOrder> order_from(const Value& value);

enum class TaskState {
  waiting,
  running,
  // final
  ok,           // exit code 0
  failed,       // other exit code, or ended by a signal
  timed_out,    // was ended at its time limit
  unreachable,  // its host did not connect
  expired,      // was not started in time
  cancelled,    // an operator cancelled the task
  refused,      // the host does not allow it, or could not start it
  lost,         // was started, outcome unknown
};

std::string_view name_of(TaskState state);  // "timed_out"
Result<TaskState> parse_task_state(std::string_view name);
bool is_final(TaskState state);

// How long a host keeps outcomes whole, unless run.keep_outcomes says otherwise; the server asks for
// the outcome of a lost task for as long.
inline constexpr std::chrono::hours outcomes_kept{24 * 7};

struct TaskOutcome {
  TaskState state = TaskState::lost;
  std::string reason;  // a sentence; empty when the state is ok
  std::optional<std::int64_t> exit_code;
  std::optional<std::int64_t> signal;  // that ended the script
  std::string output;                  // standard output, up to the limit
  std::string errors;                  // standard error, up to the limit
  bool output_cut = false;
  bool errors_cut = false;
  Time started, ended;  // 0: not started
  std::int64_t cpu_ms = 0;
  std::int64_t peak_memory_kib = 0;

  friend bool operator==(const TaskOutcome&, const TaskOutcome&) = default;
};

Value to_value(const TaskOutcome& outcome);

// Errors: invalid_argument, including a state that is not final.
Result<TaskOutcome> outcome_from(const Value& value);

// "cmd" (the script itself), "python", "bash" or "perl".
std::string interpreter_of(const TaskOrder& order);

}  // namespace mega
