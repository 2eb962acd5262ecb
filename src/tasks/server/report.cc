// Reports failed tasks: a section of the daily report, and the notice
//
//   task_failed   a task that did not end ok on all of its hosts, unless another module has
//                 created it (task_origin.h)
//
// Each task is reported once, even across restarts.
#include "api/notices.h"
#include "api/report_section.h"
#include "base/text.h"
#include "tasks/server/task_origin.h"
#include "tasks/store/task_store.h"
#include "value/row_view.h"

namespace mega {
namespace {

const Service<TaskStore> task_store{"tasks"};

constexpr std::int64_t tasks_max = 1000;    // that the daily report reads
constexpr std::int64_t look_back_s = 3600;  // of FailedTasks::look()
constexpr std::int64_t rows_max = 200;      // newest tasks per look()

Result<ReportSection> failed_tasks(const Services& services, const ReportPeriod& period) {
  const auto rows = services[task_store].tasks(State::offline, tasks_max);
  if (!rows) return fail(rows.error());
  ReportSection section{.title = "Tasks that did not end well everywhere"};
  for_each_row(*rows, [&](const RowView& row) {
    if (row.number("ended") < period.since.seconds) return;
    const std::int64_t bad = row.number("failed") + row.number("unreachable");
    if (bad == 0) return;
    add(section,
        {.text = short_line(fmt::format("{} {}: not ok on {} of {} hosts", row.number("id"),
                                        row.text("what"), bad, row.number("hosts"))),
         .command = fmt::format("mega call get_task_targets task_id={}", row.number("id"))});
  });
  return section;
}

Result<std::optional<TaskOwner>> origin_of(const Services& services, std::int64_t task) {
  for (const TaskOrigin* origin : Registered<TaskOrigin>::all()) {
    auto found = origin->find(services, task);
    if (!found || *found) return found;
  }
  return std::nullopt;
}

class FailedTasks : public Watch {
 public:
  FailedTasks(const Services& services, const Clock& clock) : services_(services), clock_(clock) {}

  Result<void> look(ToldOnce& told) override {
    const std::int64_t since = clock_.now().seconds - look_back_s;
    const auto rows = services_[task_store].tasks(State::offline, rows_max);
    if (!rows) return fail(rows.error());
    Result<void> looked;
    for_each_row(*rows, [&](const RowView& task) {
      const std::int64_t bad = task.number("failed") + task.number("unreachable");
      if (looked && bad > 0 && task.number("ended") >= since) looked = tell_of(task, bad, told);
    });
    return looked;
  }

 private:
  Result<void> tell_of(const RowView& task, std::int64_t bad, ToldOnce& told) const {
    const std::int64_t id = task.number("id");
    const std::string once = fmt::format("task_failed {}", id);
    if (told.has(once)) return {};
    const auto origin = origin_of(services_, id);
    if (!origin) return fail(origin.error());
    const std::string of = *origin ? (*origin)->name + ": " : "";
    told.tell({.kind = *origin ? (*origin)->kind : "task_failed",
               .topic = *origin ? (*origin)->topic : fmt::format("task {}", id),
               .subject = fmt::format("{}task {} ({}) is not ok on {} of {} hosts", of, id,
                                      one_line(task.text("what")), bad, task.number("hosts")),
               .text = fmt::format("ok: {}, failed: {}, unreachable: {}, cancelled: {}",
                                   task.number("ok"), task.number("failed"),
                                   task.number("unreachable"), task.number("cancelled")),
               .command = fmt::format("mega call get_task_targets task_id={}", id),
               .once = once});
    return {};
  }

  const Services& services_;
  const Clock& clock_;
};

const Registered<ReportPart> part{{.name = "failed tasks", .rank = 20, .gather = failed_tasks}};

const Registered<Watcher> watcher{{
    .name = "failed tasks",
    .begin = [](const Services& services, const Clock& clock, const Settings&)
        -> std::unique_ptr<Watch> { return std::make_unique<FailedTasks>(services, clock); },
}};

}  // namespace
}  // namespace mega
