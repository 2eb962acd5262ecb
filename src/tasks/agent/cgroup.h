// Finds the cgroup under which the daemon may make one for each script (task_cgroup.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mega {

// The folder of the daemon's own cgroup of version 2, if the daemon may divide it: systemd has
// delegated it (Delegate=yes), or no systemd runs on this host. Empty: no such cgroup.
std::string own_cgroup();

// --- pure ---

// The folder of a process's cgroup of version 2, from the texts of /proc/PID/mountinfo and
// /proc/PID/cgroup. nullopt: no mount shows it.
std::optional<std::string> cgroup_folder(std::string_view mountinfo, std::string_view cgroups);

}  // namespace mega
