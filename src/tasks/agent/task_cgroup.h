// TaskCgroup: the cgroup of one script and its descendants, which the kernel ends all at once,
// however fast they fork.
//
// For a fork of the daemon that does not exec: nothing here allocates. Without a folder, and where
// the kernel refuses, every method does nothing: the supervisor finds descendants without it, too.
#pragma once

namespace mega {

class TaskCgroup {
 public:
  // Makes the cgroup `folder`, a path that must outlive this object; nullptr: none.
  explicit TaskCgroup(const char* folder);
  TaskCgroup(const TaskCgroup&) = delete;

  // Moves the calling process into it. Its descendants are born there.
  void enter() const;

  // Sends SIGKILL to all its processes. Before Linux 5.14 it freezes them first, so that none forks
  // meanwhile.
  void kill() const;

  // Removes the cgroup, unless processes that the script has left running are in it.
  void remove() const;

 private:
  int open_file(const char* name, int flags) const;
  bool write_to(const char* name, const char* text) const;
  void kill_each() const;

  const char* folder_;
};

}  // namespace mega
