// TaskStore's methods for the table task_log: runs that hosts of 2014 report, and mega's own runs.
#include "audit/writing.h"
#include "base/text.h"
#include "sql/selection.h"
#include "tasks/store/task_model.h"
#include "tasks/store/task_store.h"
#include "value/json.h"

namespace mega {
namespace {

Result<bool> exists(Connection& connection, std::string_view sql, SqlParameters parameters) {
  auto cursor = connection.select(sql, parameters);
  if (!cursor) return fail(cursor.error());
  return cursor->next();
}

// Refuses a report about a known task from a host that is not one of its targets. An unknown task
// came from a server of 2014.
Result<void> refuse_foreign(Connection& connection, std::int64_t task, std::string_view address) {
  if (address.empty()) return {};
  const auto known = exists(connection, "SELECT 1 FROM task WHERE id = ?", {task});
  if (!known) return fail(known.error());
  if (!*known) return {};
  const auto own =
      exists(connection, "SELECT 1 FROM task_target WHERE task_id = ? AND ip = ?", {task, address});
  if (!own) return fail(own.error());
  if (*own) return {};
  return fail(Errc::not_allowed, "task {} does not concern the host at {}", task, quoted(address));
}

// One host reports a task once, and again when it repeats it.
constexpr std::int64_t reports_max = 100;

Result<void> refuse_too_many(Connection& connection, std::int64_t task, std::string_view address) {
  auto cursor = connection.select("SELECT COUNT(*) FROM task_log WHERE task_id = ? AND host = ?",
                                  {task, address});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (cursor->integer(0) < reports_max) return {};
  return fail(Errc::refused, "{} has reported task {} {} times, which is the most", quoted(address),
              task, reports_max);
}

SqlParameter or_none(const std::optional<Time>& time) {
  return time ? SqlParameter(time->seconds) : SqlParameter(std::monostate());
}

Result<bool> add(Writing& writing, const TaskLogEntry& entry, std::string_view address) {
  if (auto own = refuse_foreign(writing.connection, entry.task, address); !own) {
    return fail(own.error());
  }
  if (auto room = refuse_too_many(writing.connection, entry.task, address); !room) {
    return fail(room.error());
  }
  auto added = writing.connection.execute(
      "INSERT INTO task_log (task_id, start_time, end_time, stat, redo, comment, host) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      {entry.task, or_none(entry.start_time), or_none(entry.end_time), entry.stat, entry.redo,
       std::string_view(entry.comment), address});
  if (!added) return fail(added.error());
  const Value after(Map{{"task", entry.task}, {"stat", entry.stat}, {"host", address}});
  if (auto noted = add_audit_row(writing, std::nullopt, to_json(after)); !noted) {
    return fail(noted.error());
  }
  return true;
}

}  // namespace

Result<void> TaskStore::add_task_log(const Author& author, const TaskLogEntry& entry,
                                     std::string_view address) {
  const auto added =
      write(database_, author, [&](Writing& writing) { return add(writing, entry, address); });
  if (!added) return fail(added.error());
  return {};
}

Result<Rows> TaskStore::task_log(std::int64_t task, std::int64_t limit) const {
  static const Selection newest({{"task_id", "task_id", FieldKind::number},
                                 {"host", "host"},
                                 {"start_time", "start_time", FieldKind::time},
                                 {"end_time", "end_time", FieldKind::time},
                                 {"stat", "stat", FieldKind::number},
                                 {"redo", "redo", FieldKind::number},
                                 {"comment", "comment"}},
                                "FROM task_log WHERE ? IN (0, task_id) ORDER BY id DESC LIMIT ?");
  const auto rows_max = checked_limit(limit);
  if (!rows_max) return fail(rows_max.error());
  const auto lease = database_.read();
  return newest.rows(*lease, {task, *rows_max});
}

}  // namespace mega
