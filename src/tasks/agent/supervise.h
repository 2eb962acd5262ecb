// The supervisor: a process between the daemon and a script, one for each running script.
//
//   daemon ── control ── supervisor ── script ── its descendants
//
// Descendants of a script may leave its process group and session, and their parents may end. They
// then become children of the supervisor (PR_SET_CHILD_SUBREAPER), which therefore finds all of
// them without privileges, cgroups or a namespace, and the script sees the host as it is. The
// supervisor is a fork of the daemon that does not exec: code here may call only functions that are
// safe after a fork of a process with threads, and must not allocate.
//
//   down  'T'   send SIGTERM to the script and all its descendants
//         'K'   send SIGKILL to the same, until none is left
//         end of file: the daemon is gone; act as for 'T', and as for 'K' after `grace_ms`
//   up    one SupervisorReport per packet; end of file: the supervisor has ended
//
// When a script ends by itself, its remaining descendants are left running: one may be a database.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

namespace mega {

// The parameters of supervise(). Arrays end with a nullptr. The child only reads them.
struct ScriptImage {
  const char* program;  // a path that contains a slash
  char* const* arguments;
  const char*
      shell;  // started when the program has no format that the kernel knows; may be nullptr
  char* const* shell_arguments;
  char* const* environment;
  const char* folder;
  bool change_user;
  uid_t uid;
  gid_t gid;
  const gid_t* groups;
  std::size_t group_count;
  int nice;
  const char* cgroup;           // path of a cgroup to make for the script; may be nullptr
  std::uint64_t processes_max;  // RLIMIT_NPROC, unless the script runs as root; 0: as the daemon's
  int standard[3];              // the script's input, output and errors
  int control;                  // a SOCK_SEQPACKET socket
  int grace_ms;
};

// One packet.
struct SupervisorReport {
  enum Kind : std::int32_t {
    started,      // number: the script's pid
    not_started,  // number: the step (start_step_name), error: the errno
    ended,        // number: the wait status
    left_behind,  // number: processes that SIGKILL has not ended within ten seconds
  } kind;
  std::int32_t number;
  std::int32_t error;
  std::int64_t cpu_us;
  std::int64_t peak_memory_kib;
};

// The step that failed, as text: "become the user", "enter the folder", "start".
const char* start_step_name(std::int32_t step);

// Runs in the child of fork(); never returns.
[[noreturn]] void supervise(const ScriptImage& image);

}  // namespace mega
