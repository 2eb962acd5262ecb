#include "tasks/agent/process_mark.h"

#include <csignal>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/text.h"

namespace mega {
namespace {

constexpr std::size_t proc_bytes_max = 4096;
constexpr std::size_t start_field = 22 - 3;  // number in proc(5), less the fields before the state

// Start time in clock ticks since boot; 0: no such process.
std::int64_t start_ticks(pid_t pid) {
  const auto text = read_file("/proc/" + std::to_string(pid) + "/stat", proc_bytes_max);
  if (!text) return 0;
  const auto name_end = text->rfind(')');  // a name may hold any byte
  if (name_end == text->npos || name_end + 2 > text->size()) return 0;
  const auto fields = split(std::string_view(*text).substr(name_end + 2), ' ');
  if (fields.size() <= start_field) return 0;
  return parse_integer(fields[start_field]).value_or(0);
}

std::string boot_id() {
  const auto text = read_file("/proc/sys/kernel/random/boot_id", proc_bytes_max);
  return text ? std::string(trim(*text)) : std::string();
}

}  // namespace

ProcessMark mark_process(pid_t pid) {
  const std::int64_t ticks = start_ticks(pid);
  if (ticks == 0) return {};
  return {pid, ticks, boot_id()};
}

bool kill_group_if_same(const ProcessMark& mark) {
  if (mark.pid <= 1 || !(mark_process(static_cast<pid_t>(mark.pid)) == mark)) return false;
  return ::kill(static_cast<pid_t>(-mark.pid), SIGKILL) == 0;
}

}  // namespace mega
