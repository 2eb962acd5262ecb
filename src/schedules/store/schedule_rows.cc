#include "schedules/store/schedule_rows.h"

#include <fmt/core.h>

namespace mega {
namespace {

constexpr std::string_view columns =
    "id, `function`, args, shown, strict, tool, type, target, time, cycle, zone, catch_up, "
    "overlap, who, door, role, address, stat, next_due, created";
// The same without the texts of the call, which may be large.
constexpr std::string_view columns_of_timetables =
    "id, `function`, '', '', strict, tool, type, '', time, cycle, zone, catch_up, "
    "overlap, who, door, role, address, stat, next_due, created";

Result<Schedule> schedule_at(const Cursor& cursor) {
  const auto text = [&](int column) { return std::string(cursor.text(column)); };
  const auto catch_up = parse_catch_up(cursor.text(11));
  const auto overlap = parse_overlap(cursor.text(12));
  if (!catch_up || !overlap) {
    return fail(Errc::corrupt, "schedule {}: {}", cursor.integer(0),
                (catch_up ? overlap.error() : catch_up.error()).message);
  }
  Schedule schedule{.id = cursor.integer(0),
                    .function = text(1),
                    .args = text(2),
                    .shown = text(3),
                    .strict = cursor.integer(4) != 0,
                    .tool = cursor.integer(5) != 0,
                    .type = cursor.integer(6),
                    .target = text(7),
                    .time = text(8),
                    .cycle = text(9),
                    .zone = text(10),
                    .catch_up = *catch_up,
                    .overlap = *overlap,
                    .owner = {text(13), text(14), text(15), text(16)},
                    .stat = cursor.integer(17),
                    .next_due = {},
                    .created = {cursor.integer(19)}};
  if (!cursor.is_none(18)) schedule.next_due = Time{cursor.integer(18)};
  return schedule;
}

Result<std::vector<Schedule>> load(Connection& connection, std::string_view selected,
                                   std::string_view rest, SqlParameters parameters) {
  auto cursor =
      connection.select(fmt::format("SELECT {} FROM schedule {}", selected, rest), parameters);
  if (!cursor) return fail(cursor.error());
  std::vector<Schedule> schedules;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return schedules;
    auto schedule = schedule_at(*cursor);
    if (!schedule) return fail(schedule.error());
    schedules.push_back(*std::move(schedule));
  }
}

}  // namespace

SqlParameter time_or_none(const std::optional<Time>& time) {
  return time ? SqlParameter(time->seconds) : SqlParameter(std::monostate());
}

Result<std::vector<Schedule>> load_schedules(Connection& connection, std::string_view rest,
                                             SqlParameters parameters) {
  return load(connection, columns, rest, parameters);
}

Result<std::vector<Schedule>> load_timetables(Connection& connection, std::string_view rest,
                                              SqlParameters parameters) {
  return load(connection, columns_of_timetables, rest, parameters);
}

Result<std::optional<Schedule>> load_schedule(Connection& connection, std::int64_t id) {
  auto found = load_schedules(connection, "WHERE id = ?", {id});
  if (!found) return fail(found.error());
  if (found->empty()) return std::nullopt;
  return std::move(found->front());
}

Result<std::int64_t> insert(Connection& connection, const Schedule& schedule) {
  const ScheduleOwner& owner = schedule.owner;
  auto added = connection.execute(
      "INSERT INTO schedule (`function`, args, shown, strict, tool, type, target, time, cycle, "
      "zone, catch_up, overlap, who, door, role, address, stat, next_due, created) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {std::string_view(schedule.function), std::string_view(schedule.args),
       std::string_view(schedule.shown), std::int64_t{schedule.strict}, std::int64_t{schedule.tool},
       schedule.type, std::string_view(schedule.target), std::string_view(schedule.time),
       std::string_view(schedule.cycle), std::string_view(schedule.zone),
       name_of(schedule.catch_up), name_of(schedule.overlap), std::string_view(owner.who),
       std::string_view(owner.door), std::string_view(owner.role), std::string_view(owner.address),
       schedule.stat, time_or_none(schedule.next_due), schedule.created.seconds});
  if (!added) return fail(added.error());
  return connection.last_insert_id();
}

Result<void> update(Connection& connection, const Schedule& schedule) {
  auto changed = connection.execute(
      "UPDATE schedule SET time = ?, cycle = ?, zone = ?, catch_up = ?, overlap = ?, stat = ?, "
      "next_due = ? WHERE id = ?",
      {std::string_view(schedule.time), std::string_view(schedule.cycle),
       std::string_view(schedule.zone), name_of(schedule.catch_up), name_of(schedule.overlap),
       schedule.stat, time_or_none(schedule.next_due), schedule.id});
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace mega
