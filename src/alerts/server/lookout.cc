#include "alerts/server/lookout.h"

#include "base/text.h"

#include <algorithm>

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::int64_t look_back_s = 3600;
constexpr std::int64_t forgotten_s = 7LL * 24 * 3600;  // whoever is silent as long is gone
constexpr std::int64_t rows_max = 200;                 // of the newest
constexpr std::size_t told_max = 10'000;

const Setting<milliseconds> silent{"alert.silent",
                                   seconds(900),
                                   "TIME",
                                   "After which a daemon without a heartbeat is told of",
                                   {.min = 60'000, .max = 7LL * 24 * 3600 * 1000}};

}  // namespace

WatchOptions read_watch_options(const Settings& settings) {
  return {.silent = std::chrono::ceil<seconds>(settings[silent])};
}

const std::vector<std::string>& watch_setting_names() {
  static const std::vector<std::string> names{"alert.silent"};
  return names;
}

void Watch::tell(Alert alert) {
  if (told_.size() >= told_max) told_.clear();  // the store knows them, too
  if (told_.insert(alert.once).second) alerts_.raise(alert);
}

Result<void> Watch::look() {
  if (auto looked = look_at_tasks(); !looked) return looked;
  return look_at_daemons();
}

Result<void> Watch::look_at_tasks() {
  const std::int64_t since = clock_.now().seconds - look_back_s;
  const auto rows = store_.tasks(State::offline, rows_max);
  if (!rows) return fail(rows.error());
  Result<void> told;
  for_each_row(*rows, [&](const RowView& task) {
    const std::int64_t bad = task.number("failed") + task.number("unreachable");
    if (told && bad > 0 && task.number("ended") >= since) told = tell_of_task(task, bad);
  });
  return told;
}

Result<void> Watch::tell_of_task(const RowView& task, std::int64_t bad) {
  const std::int64_t id = task.number("id");
  const std::string once = fmt::format("task_failed {}", id);
  if (told_.contains(once)) return {};
  const auto schedule = store_.schedule_of_task(id);
  if (!schedule) return fail(schedule.error());
  const bool scheduled = *schedule != 0;
  const std::string of = scheduled ? fmt::format("schedule {}: ", *schedule) : "";
  tell({.kind = scheduled ? "schedule_failed" : "task_failed",
        .topic = scheduled ? std::to_string(*schedule) : fmt::format("task {}", id),
        .subject = fmt::format("{}task {} ({}) is not ok on {} of {} hosts", of, id,
                               one_line(task.text("what")), bad, task.number("hosts")),
        .text = fmt::format("ok: {}, failed: {}, unreachable: {}, cancelled: {}", task.number("ok"),
                            task.number("failed"), task.number("unreachable"),
                            task.number("cancelled")),
        .command = fmt::format("mega call get_task_targets task_id={}", id),
        .once = once});
  return {};
}

Result<void> Watch::look_at_daemons() {
  const std::int64_t now = clock_.now().seconds;
  const auto rows = store_.clients();
  if (!rows) return fail(rows.error());
  for_each_row(*rows, [&](const RowView& daemon) {
    const std::int64_t last = daemon.number("last_heartbeat");
    const bool forgotten = last < now - forgotten_s;
    if (forgotten || std::max(last, start_.seconds) > now - options_.silent.count()) return;
    const std::string name = daemon.text("name");
    tell({.kind = "daemon_silent",
          .topic = name,
          .subject = fmt::format("{} is silent since {}", name, format_local({last})),
          .text = fmt::format("The daemon of {} ({}) has sent no heartbeat since {}.", name,
                              daemon.text("ip"), format_local({last})),
          .command = fmt::format("mega call get_client {}", name),
          .once = fmt::format("daemon_silent {} {}", name, last)});
  });
  return {};
}

}  // namespace mega
