#include "tasks/agent/supervise.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iterator>

#include "tasks/agent/after_fork.h"
#include "tasks/agent/child_processes.h"
#include "tasks/agent/task_cgroup.h"

namespace mega {
namespace {

enum Step : std::int32_t {
  step_prepare,
  step_session,
  step_nice,
  step_user,
  step_folder,
  step_start
};

constexpr int exit_not_started = 127;
constexpr int kill_pause_ms = 5;
constexpr int kill_patience_ms = 10'000;  // with processes that do not end
constexpr int highest_priority = -20;
constexpr int control_fd = 3;  // in the supervisor
constexpr int first_fd_unused = 4;

void send_report(int control, const SupervisorReport& report) {
  // A packet of this size is sent whole or not at all; if the daemon is gone, send() fails.
  while (::send(control, &report, sizeof report, MSG_NOSIGNAL) < 0 && errno == EINTR) {
  }
}

[[noreturn]] void not_started(int control, Step step, int error) {
  send_report(control, {SupervisorReport::not_started, step, error, 0, 0});
  ::_exit(exit_not_started);
}

// Moves the script's streams to 0, 1 and 2 and the control socket to 3; closes all others.
bool keep_only_ours(const ScriptImage& image) {
  int moved[first_fd_unused] = {image.standard[0], image.standard[1], image.standard[2],
                                image.control};
  for (int& fd : moved) {
    fd = ::fcntl(fd, F_DUPFD, first_fd_unused);  // so that dup2() overwrites none of them
    if (fd < 0) return false;
  }
  for (int i = 0; i < first_fd_unused; ++i) {
    if (::dup2(moved[i], i) < 0) return false;
  }
  close_from(first_fd_unused);
  return ::fcntl(control_fd, F_SETFD, FD_CLOEXEC) == 0;
}

// System calls: glibc's wrappers would signal the daemon's other threads, which do not exist here.
bool become_user(const ScriptImage& image) {
  return ::syscall(SYS_setgroups, image.group_count, image.groups) == 0 &&
         ::syscall(SYS_setresgid, image.gid, image.gid, image.gid) == 0 &&
         ::syscall(SYS_setresuid, image.uid, image.uid, image.uid) == 0;
}

// Root is not limited, and what root starts as another user (a database) must not inherit a limit.
void limit_processes(const ScriptImage& image) {
  const uid_t uid = image.change_user ? image.uid : ::geteuid();
  rlimit limit{};
  if (uid == 0 || image.processes_max == 0 || ::getrlimit(RLIMIT_NPROC, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max = std::min<rlim_t>(limit.rlim_max, image.processes_max);
  ::setrlimit(RLIMIT_NPROC, &limit);
}

// Runs in the script's process, up to execve().
[[noreturn]] void become_script(const ScriptImage& image, const TaskCgroup& cgroup,
                                pid_t supervisor) {
  cgroup.enter();
  limit_processes(image);
  if (::setsid() < 0) not_started(control_fd, step_session, errno);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);  // memory of scripts may hold secrets
  ::umask(022);
  // The I/O priority follows the nice value unless it is set.
  if (image.nice != 0 && ::setpriority(PRIO_PROCESS, 0, image.nice) != 0) {
    not_started(control_fd, step_nice, errno);
  }
  if (image.change_user && !become_user(image)) not_started(control_fd, step_user, errno);
  if (::chdir(image.folder) != 0) not_started(control_fd, step_folder, errno);
  // Kill the script if the supervisor is killed.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != supervisor) ::_exit(exit_not_started);

  sigset_t no_signals;
  ::sigemptyset(&no_signals);
  ::sigprocmask(SIG_SETMASK, &no_signals, nullptr);
  ::execve(image.program, image.arguments, image.environment);
  if (errno == ENOEXEC && image.shell) {
    ::execve(image.shell, image.shell_arguments, image.environment);
  }
  not_started(control_fd, step_start, errno);
}

std::int64_t now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

std::int64_t microseconds(const timeval& time) {
  return static_cast<std::int64_t>(time.tv_sec) * 1'000'000 + time.tv_usec;
}

class Supervisor {
 public:
  Supervisor(pid_t script, const TaskCgroup& cgroup, int grace_ms, int signals)
      : script_(script), cgroup_(cgroup), grace_ms_(grace_ms), signals_(signals) {}

  [[noreturn]] void run();

 private:
  void read_control();
  void reap();
  void tell_ended(int status, const rusage& usage);
  std::uint64_t signal_all(int number) const;
  void terminate();
  void begin_killing();
  void kill_round();
  int patience_ms() const;
  [[noreturn]] void end(int exit_code) const;

  const pid_t script_;
  const TaskCgroup& cgroup_;
  const int grace_ms_;
  const int signals_;
  bool script_ended_ = false;
  bool nobody_left_ = false;
  bool terminating_ = false;
  bool killing_ = false;
  bool daemon_gone_ = false;
  std::int64_t kill_at_ms_ = 0;     // valid if daemon_gone_
  bool makes_progress_ = false;     // the last kill_round() met other processes than before
  std::uint64_t met_ = 0;           // by the last kill_round(): the sum of their numbers
  std::int64_t give_up_at_ms_ = 0;  // valid if killing_
};

void Supervisor::tell_ended(int status, const rusage& usage) {
  script_ended_ = true;
  send_report(control_fd,
              {SupervisorReport::ended, status, 0,
               microseconds(usage.ru_utime) + microseconds(usage.ru_stime), usage.ru_maxrss});
}

void Supervisor::reap() {
  for (;;) {
    int status = 0;
    rusage usage{};
    const pid_t ended = ::wait4(-1, &status, WNOHANG, &usage);
    if (ended == script_) tell_ended(status, usage);
    if (ended > 0 || (ended < 0 && errno == EINTR)) continue;
    nobody_left_ = ended < 0;
    return;
  }
}

// Signals the script's process group, while the script's process keeps its number reserved, and all
// children of the supervisor, which include orphaned descendants. Returns the sum of the children's
// numbers.
std::uint64_t Supervisor::signal_all(int number) const {
  const bool group_told = !script_ended_ && ::kill(-script_, number) == 0;
  std::uint64_t met = 0;
  for_each_child([&](pid_t child) {
    met += static_cast<std::uint64_t>(child);
    if (!group_told || ::getpgid(child) != script_) ::kill(child, number);
  });
  return met;
}

void Supervisor::terminate() {
  if (terminating_) return;
  terminating_ = true;
  signal_all(SIGTERM);
  if (!script_ended_) ::kill(-script_, SIGCONT);  // a stopped process could not handle SIGTERM
}

// Only a supervisor that gets the processor finds processes faster than they fork.
void Supervisor::begin_killing() {
  if (killing_) return;
  terminating_ = killing_ = true;
  give_up_at_ms_ = now_ms() + kill_patience_ms;
  ::setpriority(PRIO_PROCESS, 0, highest_priority);  // fails for users other than root
}

void Supervisor::kill_round() {
  cgroup_.kill();
  const std::uint64_t met = signal_all(SIGKILL);
  makes_progress_ = met != met_;
  met_ = met;
  if (makes_progress_) give_up_at_ms_ = now_ms() + kill_patience_ms;
  if (now_ms() < give_up_at_ms_) return;
  std::int32_t left = 0;
  for_each_child([&left](pid_t) { ++left; });
  send_report(control_fd, {SupervisorReport::left_behind, left, 0, 0, 0});
  end(EXIT_FAILURE);
}

void Supervisor::end(int exit_code) const {
  cgroup_.remove();
  ::_exit(exit_code);
}

void Supervisor::read_control() {
  char word = 0;
  const ssize_t got = ::recv(control_fd, &word, 1, MSG_DONTWAIT);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got <= 0) {
    daemon_gone_ = true;
    kill_at_ms_ = now_ms() + grace_ms_;
    terminate();
  } else if (word == 'K') {
    begin_killing();
  } else {
    terminate();
  }
}

int Supervisor::patience_ms() const {
  if (killing_) return makes_progress_ ? 0 : kill_pause_ms;
  if (!daemon_gone_) return -1;
  return static_cast<int>(std::max<std::int64_t>(kill_at_ms_ - now_ms(), 0));
}

void Supervisor::run() {
  for (;;) {
    reap();
    if (script_ended_ && (nobody_left_ || !terminating_)) end(EXIT_SUCCESS);
    if (daemon_gone_ && now_ms() >= kill_at_ms_) begin_killing();
    if (killing_) kill_round();

    pollfd ready[] = {{signals_, POLLIN, 0}, {daemon_gone_ ? -1 : control_fd, POLLIN, 0}};
    if (::poll(ready, 2, patience_ms()) <= 0) continue;
    if (ready[0].revents != 0) {
      signalfd_siginfo child;
      while (::read(signals_, &child, sizeof child) > 0) {
      }
    }
    if (ready[1].revents != 0) read_control();
  }
}

}  // namespace

const char* start_step_name(std::int32_t step) {
  constexpr const char* names[] = {"prepare its files", "open a session",   "set its nice value",
                                   "become the user",   "enter the folder", "start"};
  return step >= 0 && step < static_cast<std::int32_t>(std::size(names)) ? names[step] : "start";
}

void supervise(const ScriptImage& image) {
  sigset_t all_signals;
  ::sigfillset(&all_signals);
  ::sigprocmask(SIG_SETMASK, &all_signals, nullptr);
  forget_handlers();
  if (!keep_only_ours(image)) not_started(image.control, step_prepare, errno);
  ::setsid();  // Ctrl-C in the daemon's terminal must not reach it
  ::prctl(PR_SET_NAME, "mega-task");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t child_signal;
  ::sigemptyset(&child_signal);
  ::sigaddset(&child_signal, SIGCHLD);
  const int signals = ::signalfd(-1, &child_signal, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) not_started(control_fd, step_prepare, errno);

  const TaskCgroup cgroup(image.cgroup);
  const pid_t self = ::getpid();
  const pid_t script = ::fork();
  if (script == 0) become_script(image, cgroup, self);
  if (script < 0) {
    const int error = errno;
    cgroup.remove();
    not_started(control_fd, step_start, error);
  }
  send_report(control_fd, {SupervisorReport::started, script, 0, 0, 0});
  for (int fd = 0; fd < control_fd; ++fd) ::close(fd);  // only the script uses them
  Supervisor(script, cgroup, image.grace_ms, signals).run();
}

}  // namespace mega
