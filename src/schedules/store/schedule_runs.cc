// ScheduleStore's methods for the scheduler: find due schedules, settle due times, and record how
// runs ended. A due time is claimed in the transaction that moves the schedule on to the next one,
// so that it is run at most once, whenever the process dies.
#include "audit/writing.h"

#include "base/utf8.h"
#include "schedules/store/schedule_rows.h"
#include "schedules/store/schedule_store.h"
#include "sql/selection.h"

namespace mega {
namespace {

constexpr std::size_t result_bytes_max = 1000;

// Whether the due time has a run; a due time that was only recorded as missed has none.
Result<bool> has_run(Connection& connection, std::int64_t schedule, Time due) {
  auto cursor = connection.select(
      "SELECT 1 FROM schedule_run WHERE schedule_id = ? AND due = ? AND state <> 'missed'",
      {schedule, due.seconds});
  if (!cursor) return fail(cursor.error());
  return cursor->next();
}

Result<void> clear_missed(Connection& connection, std::int64_t schedule, Time due) {
  auto gone = connection.execute(
      "DELETE FROM schedule_run WHERE schedule_id = ? AND due = ? AND state = 'missed'",
      {schedule, due.seconds});
  if (!gone) return fail(gone.error());
  return {};
}

Result<void> note_missed(Writing& writing, const Settling& settling) {
  const auto run = has_run(writing.connection, settling.schedule, *settling.missed);
  if (!run) return fail(run.error());
  if (*run) return {};
  if (auto done = clear_missed(writing.connection, settling.schedule, *settling.missed); !done) {
    return done;
  }
  auto noted = writing.connection.execute(
      "INSERT INTO schedule_run (schedule_id, due, state, times, ended, result) "
      "VALUES (?, ?, 'missed', ?, ?, 'the server was not there, or its clock was set')",
      {settling.schedule, settling.missed->seconds, settling.missed_count, writing.now.seconds});
  if (!noted) return fail(noted.error());
  return {};
}

Result<std::int64_t> add_run(Writing& writing, const Settling& settling) {
  const auto run = has_run(writing.connection, settling.schedule, *settling.run);
  if (!run) return fail(run.error());
  if (*run) return 0;
  if (auto done = clear_missed(writing.connection, settling.schedule, *settling.run); !done) {
    return fail(done.error());
  }
  const SqlParameter now(writing.now.seconds), none{std::monostate()};
  const bool running = settling.state == RunState::running;
  const bool ended = !running && settling.state != RunState::waiting;
  auto added = writing.connection.execute(
      "INSERT INTO schedule_run (schedule_id, due, state, times, started, ended, result) "
      "VALUES (?, ?, ?, 1, ?, ?, ?)",
      {settling.schedule, settling.run->seconds, name_of(settling.state), running ? now : none,
       ended ? now : none, cut_utf8(settling.result, result_bytes_max)});
  if (!added) return fail(added.error());
  return writing.connection.last_insert_id();
}

Result<void> forget_old_runs(Connection& connection, std::int64_t schedule) {
  auto gone = connection.execute(
      "DELETE FROM schedule_run WHERE schedule_id = ? AND state NOT IN ('waiting', 'running') AND "
      "due <= (SELECT due FROM schedule_run WHERE schedule_id = ? ORDER BY due DESC LIMIT 1 "
      "OFFSET ?)",
      {schedule, schedule, runs_kept});
  if (!gone) return fail(gone.error());
  return {};
}

Result<std::int64_t> settle_one(Writing& writing, const Settling& settling) {
  auto moved = writing.connection.execute(
      "UPDATE schedule SET next_due = ? WHERE id = ? AND stat = 1 AND next_due = ?",
      {time_or_none(settling.next), settling.schedule, settling.due.seconds});
  if (!moved) return fail(moved.error());
  if (*moved == 0) return 0;
  if (settling.missed) {
    if (auto noted = note_missed(writing, settling); !noted) return fail(noted.error());
  }
  if (!settling.run) return 0;
  const auto run = add_run(writing, settling);
  if (!run || *run == 0) return run;
  if (auto done = forget_old_runs(writing.connection, settling.schedule); !done) {
    return fail(done.error());
  }
  return run;
}

Result<std::vector<std::int64_t>> settle(Writing& writing, const std::vector<Settling>& all) {
  std::vector<std::int64_t> runs;
  for (const Settling& settling : all) {
    const auto run = settle_one(writing, settling);
    if (!run) return fail(run.error());
    runs.push_back(*run);
  }
  return runs;
}

Result<std::int64_t> recover(Writing& writing) {
  const auto lost = writing.connection.execute(
      "UPDATE schedule_run SET state = 'lost', ended = ?, result = 'the server ended meanwhile' "
      "WHERE state = 'running' AND (task_id IS NULL OR task_id NOT IN (SELECT id FROM task))",
      {writing.now.seconds});
  if (!lost) return lost;
  for (const char* sql :
       {"UPDATE schedule SET next_due = (SELECT MIN(r.due) FROM schedule_run r WHERE r.schedule_id "
        "= schedule.id AND r.state = 'waiting') WHERE id IN (SELECT schedule_id FROM schedule_run "
        "WHERE state = 'waiting')",
        "DELETE FROM schedule_run WHERE state = 'waiting'"}) {
    if (auto done = writing.connection.execute(sql); !done) return fail(done.error());
  }
  return lost;
}

const Author nobody{};

const std::vector<Field>& run_fields() {
  static const std::vector<Field> fields = {
      {"id", "r.id", FieldKind::number},
      {"schedule_id", "r.schedule_id", FieldKind::number},
      {"function", "s.`function`"},
      {"due", "r.due", FieldKind::time},
      {"state", state_of_run},
      {"times", "r.times", FieldKind::number},
      {"started", "r.started", FieldKind::time},
      {"ended", "r.ended", FieldKind::time},
      {"result", "r.result"},
      {"task_id", "r.task_id", FieldKind::number},
  };
  return fields;
}

const std::string with_schedule =
    std::string("FROM schedule_run r JOIN schedule s ON s.id = r.schedule_id ") + with_task;

}  // namespace

std::string_view name_of(RunState state) {
  switch (state) {
    case RunState::waiting:
      return "waiting";
    case RunState::running:
      return "running";
    case RunState::ok:
      return "ok";
    case RunState::failed:
      return "failed";
    case RunState::refused:
      return "refused";
    case RunState::skipped:
      return "skipped";
    case RunState::missed:
      return "missed";
    case RunState::lost:
      return "lost";
  }
  return "?";
}

Result<Rows> ScheduleStore::schedule_runs(std::int64_t schedule, std::int64_t limit) const {
  static const Selection of_all(run_fields(), with_schedule +
                                                  "ORDER BY r.due DESC, r.id DESC "
                                                  "LIMIT ?");
  static const Selection of_one(run_fields(), with_schedule +
                                                  "WHERE r.schedule_id = ? "
                                                  "ORDER BY r.due DESC LIMIT ?");
  const auto rows_max = checked_limit(limit);
  if (!rows_max) return fail(rows_max.error());
  const auto lease = database_.read();
  if (schedule == 0) return of_all.rows(*lease, {*rows_max});
  return of_one.rows(*lease, {schedule, *rows_max});
}

Result<std::int64_t> ScheduleStore::schedule_of_task(std::int64_t task) const {
  const auto lease = database_.read();
  auto cursor = lease->select("SELECT schedule_id FROM schedule_run WHERE task_id = ?", {task});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  return *row ? cursor->integer(0) : 0;
}

Result<std::vector<Schedule>> ScheduleStore::due_schedules(Time now) const {
  const auto lease = database_.read();
  return load_schedules(*lease, "WHERE stat = 1 AND next_due <= ? ORDER BY next_due, id",
                        {now.seconds});
}

Result<std::vector<Schedule>> ScheduleStore::coming_schedules(Time now) const {
  const auto lease = database_.read();
  return load_timetables(*lease, "WHERE stat = 1 AND next_due > ? ORDER BY next_due, id",
                         {now.seconds});
}

Result<std::optional<Time>> ScheduleStore::next_schedule() const {
  const auto lease = database_.read();
  auto cursor = lease->select(
      "SELECT next_due FROM schedule WHERE stat = 1 AND next_due IS NOT NULL "
      "ORDER BY next_due LIMIT 1");
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  return Time{cursor->integer(0)};
}

Result<bool> ScheduleStore::was_run(std::int64_t schedule, Time due) const {
  const auto lease = database_.read();
  return has_run(*lease, schedule, due);
}

Result<std::vector<std::int64_t>> ScheduleStore::settle_schedules(
    const std::vector<Settling>& settlings) {
  return write(database_, nobody, [&](Writing& writing) { return settle(writing, settlings); });
}

Result<bool> ScheduleStore::start_run(std::int64_t run) {
  return write(database_, nobody, [&](Writing& writing) -> Result<bool> {
    const auto started = writing.connection.execute(
        "UPDATE schedule_run SET state = 'running', started = ? WHERE id = ? AND state = 'waiting'",
        {writing.now.seconds, run});
    if (!started) return fail(started.error());
    return *started == 1;
  });
}

Result<void> ScheduleStore::note_task(std::int64_t run, std::int64_t task) {
  return write(database_, nobody, [&](Writing& writing) -> Result<void> {
    const auto noted = writing.connection.execute(
        "UPDATE schedule_run SET task_id = ?, result = ? WHERE id = ? AND state = 'running'",
        {task, std::string_view(fmt::format("task {}", task)), run});
    if (!noted) return fail(noted.error());
    return {};
  });
}

Result<void> ScheduleStore::end_run(std::int64_t run, const RunEnd& end) {
  return write(database_, nobody, [&](Writing& writing) -> Result<void> {
    const SqlParameter task =
        end.task_id != 0 ? SqlParameter(end.task_id) : SqlParameter(std::monostate());
    const auto ended = writing.connection.execute(
        "UPDATE schedule_run SET state = ?, ended = ?, result = ?, task_id = COALESCE(?, task_id) "
        "WHERE id = ? AND state = 'running'",
        {name_of(end.state), writing.now.seconds, cut_utf8(end.result, result_bytes_max), task,
         run});
    if (!ended) return fail(ended.error());
    return {};
  });
}

Result<std::int64_t> ScheduleStore::recover_runs() {
  return write(database_, nobody, [](Writing& writing) { return recover(writing); });
}

Result<std::vector<RunOfTask>> ScheduleStore::runs_of_tasks() const {
  const auto lease = database_.read();
  auto cursor = lease->select(
      "SELECT id, schedule_id, task_id, due FROM schedule_run "
      "WHERE state = 'running' AND task_id IS NOT NULL ORDER BY id");
  if (!cursor) return fail(cursor.error());
  std::vector<RunOfTask> runs;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return runs;
    runs.push_back({.run = cursor->integer(0),
                    .schedule = cursor->integer(1),
                    .task = cursor->integer(2),
                    .due = {cursor->integer(3)}});
  }
}

Result<void> ScheduleStore::move_schedule(std::int64_t id, Time from, std::optional<Time> to) {
  return write(database_, nobody, [&](Writing& writing) -> Result<void> {
    const auto moved =
        writing.connection.execute("UPDATE schedule SET next_due = ? WHERE id = ? AND next_due = ?",
                                   {time_or_none(to), id, from.seconds});
    if (!moved) return fail(moved.error());
    return {};
  });
}

}  // namespace mega
