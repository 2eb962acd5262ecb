// The process between the daemon and a script: one for each script that runs.
//
//   daemon ── control ── supervisor ── script ── whatever it starts
//
// A script's descendants may leave its process group and its session, and their parents may end:
// they then become children of the supervisor, which is why it exists (PR_SET_CHILD_SUBREAPER). So
// it finds all of them without privileges, cgroups or a namespace, and a script sees the host as it
// is. It is a fork of the daemon that executes nothing: what runs here calls only what is safe
// behind a fork of a process with threads, and allocates nothing.
//
//   down  'T'   end the script and all that is below it: SIGTERM
//         'K'   SIGKILL to the same, until none is left
//         end of file: the daemon is gone; as 'T', and as 'K' after `grace_ms`
//   up    a SupervisorReport each; end of file: the supervisor has ended
//
// A script that ends by itself leaves alone what it has started: that may be a database.
//
// The children of this process, by /proc. Safe behind a fork of a process with threads: nothing is
// allocated. (Processes that /proc hides from this user, by hidepid, are those of other users.)
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace mega {

// Calls `found(context, pid)` for each. A child that becomes ours meanwhile may be missing.
void for_each_child_process(void (*found)(void* context, pid_t child), void* context);

template <class Found>
void for_each_child(Found found) {
  for_each_child_process([](void* context, pid_t child) { (*static_cast<Found*>(context))(child); },
                         &found);
}

// What a fork takes with it. Arrays end with a nullptr; all of it is read only by the child.
struct ScriptImage {
  const char* program;  // a path with a slash
  char* const* arguments;
  char* const* environment;
  const char* folder;
  bool change_user;
  uid_t uid;
  gid_t gid;
  const gid_t* groups;
  std::size_t group_count;
  int nice;
  int standard[3];  // the script's input, output and errors
  int control;      // a SOCK_SEQPACKET socket
  int grace_ms;
};

// One packet.
struct SupervisorReport {
  enum Kind : std::int32_t {
    started,      // number: the script's process
    not_started,  // number: the step (start_step_name), error: the errno
    ended,        // number: the wait status
    left_behind,  // these could not be killed within ten seconds. number: how many
  } kind;
  std::int32_t number;
  std::int32_t error;
  std::int64_t cpu_us;
  std::int64_t peak_memory_kib;
};

// What was tried: "become the user", "enter the folder", "start".
const char* start_step_name(std::int32_t step);

// Runs in the fork and never returns.
[[noreturn]] void supervise(const ScriptImage& image);

}  // namespace mega
