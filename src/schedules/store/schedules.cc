// ScheduleStore's methods for owners of schedules: add, change, list and remove.
#include "audit/writing.h"
#include "base/text.h"
#include "schedules/store/owner_share.h"
#include "schedules/store/schedule_rows.h"
#include "schedules/store/schedule_store.h"
#include "sql/selection.h"
#include "value/json.h"

namespace mega {
namespace {

// How long a schedule that is done is remembered.
constexpr std::int64_t done_remembered_seconds = std::int64_t{90} * 24 * 3600;

const std::vector<Field>& schedule_fields() {
  static const std::vector<Field> fields = {
      {"id", "s.id", FieldKind::number},
      {"function", "s.`function`"},
      {"args", "s.shown"},
      {"type", "s.type", FieldKind::number},
      {"target", "CASE WHEN s.target <> 'null' THEN s.target END"},
      {"time", "s.time"},
      {"cycle", "s.cycle"},
      {"zone", "s.zone"},
      {"catch_up", "s.catch_up"},
      {"overlap", "s.overlap"},
      {"owner", "s.who"},
      {"door", "s.door"},
      {"role", "s.role"},
      {"address", "s.address"},
      {"stat", "s.stat", FieldKind::number},
      {"state",
       "CASE WHEN s.stat = 2 THEN 'paused' WHEN s.next_due IS NULL THEN 'done' ELSE 'active' END"},
      {"next_due", "s.next_due", FieldKind::time},
      {"created", "s.created", FieldKind::time},
      {"last_due", "r.due", FieldKind::time},
      {"last_state", state_of_run},
      {"last_ended", "r.ended", FieldKind::time},
      {"last_result", "r.result"},
      {"task_id", "r.task_id", FieldKind::number},
      {"missed",
       "(SELECT COALESCE(SUM(m.times), 0) FROM schedule_run m WHERE m.schedule_id = s.id AND "
       "m.state IN ('missed', 'skipped'))",
       FieldKind::number},
      {"failed",
       "(SELECT COUNT(*) FROM schedule_run f LEFT JOIN task g ON g.id = f.task_id "
       "WHERE f.schedule_id = s.id AND (f.state IN ('failed', 'refused', 'lost') OR "
       "(g.ended IS NOT NULL AND g.ok < g.hosts)))",
       FieldKind::number},
  };
  return fields;
}

const std::string with_last_run =
    std::string(
        "FROM schedule s LEFT JOIN schedule_run r ON r.id = (SELECT l.id FROM schedule_run "
        "l WHERE l.schedule_id = s.id ORDER BY l.due DESC LIMIT 1) ") +
    with_task;

std::string to_json(const Schedule& schedule) {
  const ScheduleOwner& owner = schedule.owner;
  return to_json(Value(Map{{"schedule", schedule.id},
                           {"function", schedule.function},
                           {"args", schedule.shown},
                           {"time", schedule.time},
                           {"cycle", schedule.cycle},
                           {"zone", schedule.zone},
                           {"catch_up", name_of(schedule.catch_up)},
                           {"overlap", name_of(schedule.overlap)},
                           {"owner", owner.who.empty() ? owner.address : owner.who},
                           {"door", owner.door},
                           {"stat", schedule.stat},
                           {"next_due", schedule.next_due ? Value(*schedule.next_due) : Value()}}));
}

Result<void> forget_done(Writing& writing) {
  const std::int64_t before = writing.now.seconds - done_remembered_seconds;
  for (const char* sql :
       {"DELETE FROM schedule_run WHERE schedule_id IN (SELECT s.id FROM schedule s WHERE "
        "s.next_due IS NULL AND s.created < ? AND NOT EXISTS (SELECT 1 FROM schedule_run r WHERE "
        "r.schedule_id = s.id AND (r.ended IS NULL OR r.ended >= ?)))",
        "DELETE FROM schedule WHERE next_due IS NULL AND created < ? AND NOT EXISTS (SELECT 1 FROM "
        "schedule_run r WHERE r.schedule_id = schedule.id AND (r.ended IS NULL OR r.ended >= "
        "?))"}) {
    if (auto gone = writing.connection.execute(sql, {before, before}); !gone) {
      return fail(gone.error());
    }
  }
  return {};
}

Result<std::int64_t> add(Writing& writing, Schedule schedule) {
  if (auto done = forget_done(writing); !done) return fail(done.error());
  if (auto room = check_owner_share(writing, schedule); !room) return fail(room.error());
  schedule.created = writing.now;
  const auto id = insert(writing.connection, schedule);
  if (!id) return id;
  schedule.id = *id;
  if (auto noted = add_audit_row(writing, std::nullopt, to_json(schedule), audit_scheduled);
      !noted) {
    return fail(noted.error());
  }
  return id;
}

Result<Schedule> existing(Connection& connection, std::int64_t id) {
  const auto found = load_schedule(connection, id);
  if (!found) return fail(found.error());
  if (!*found) return fail(Errc::not_found, "there is no schedule {}", id);
  return **found;
}

Result<void> modify(Writing& writing, const Schedule& after) {
  const auto before = existing(writing.connection, after.id);
  if (!before) return fail(before.error());
  if (*before == after) return {};
  if (after.stat == 1 && after.next_due) {
    if (auto room = check_owner_share(writing, after); !room) return room;
  }
  if (auto changed = update(writing.connection, after); !changed) return changed;
  if (after.stat == 2) {
    auto skipped = writing.connection.execute(
        "UPDATE schedule_run SET state = 'skipped', ended = ?, result = 'the schedule was paused' "
        "WHERE schedule_id = ? AND state = 'waiting'",
        {writing.now.seconds, after.id});
    if (!skipped) return fail(skipped.error());
  }
  return add_audit_row(writing, to_json(*before), to_json(after));
}

Result<void> remove(Writing& writing, std::int64_t id) {
  const auto before = existing(writing.connection, id);
  if (!before) return fail(before.error());
  for (const char* sql :
       {"DELETE FROM schedule_run WHERE schedule_id = ?", "DELETE FROM schedule WHERE id = ?"}) {
    if (auto gone = writing.connection.execute(sql, {id}); !gone) return fail(gone.error());
  }
  const std::string after = to_json(Value(Map{{"schedule", id}, {"removed", true}}));
  return add_audit_row(writing, to_json(*before), after);
}

}  // namespace

Result<Rows> ScheduleStore::schedules(State state, std::int64_t limit) const {
  static const Selection all(schedule_fields(),
                             with_last_run +
                                 "WHERE (s.stat = 1 AND s.next_due IS NOT NULL) IN (?, ?) "
                                 "ORDER BY s.id LIMIT ?");
  const auto rows_max = checked_limit(limit);
  if (!rows_max) return fail(rows_max.error());
  const std::int64_t first = state == State::online ? 1 : 0;
  const std::int64_t second = state == State::offline ? 0 : 1;
  const auto lease = database_.read();
  return all.rows(*lease, {first, second, *rows_max});
}

Result<std::optional<Row>> ScheduleStore::schedule_row(std::int64_t id) const {
  static const Selection one(schedule_fields(), with_last_run + "WHERE s.id = ?");
  const auto lease = database_.read();
  return one.row(*lease, {id});
}

Result<std::optional<Schedule>> ScheduleStore::schedule(std::int64_t id) const {
  const auto lease = database_.read();
  return load_schedule(*lease, id);
}

Result<std::int64_t> ScheduleStore::add_schedule(const Author& author, const Schedule& schedule) {
  return write(database_, author, [&](Writing& writing) { return add(writing, schedule); });
}

Result<void> ScheduleStore::mod_schedule(const Author& author, const Schedule& schedule) {
  return write(database_, author, [&](Writing& writing) { return modify(writing, schedule); });
}

Result<void> ScheduleStore::del_schedule(const Author& author, std::int64_t id) {
  return write(database_, author, [&](Writing& writing) { return remove(writing, id); });
}

}  // namespace mega
