// TaskStore's methods for targets that were given up: which targets the server may still ask their
// hosts about, and the outcomes that hosts reported late.
//
// A target keeps its state `lost`. The late outcome is kept beside it, in the column `later`:
//   {"reported": 1800000000, "outcome": {"state": "ok", ...}}
#include "audit/writing.h"
#include "base/text.h"
#include "tasks/format/outcome_limits.h"
#include "tasks/store/task_rows.h"
#include "tasks/store/task_store.h"
#include "value/json.h"

#include <algorithm>

namespace mega {
namespace {

constexpr std::int64_t late_max = 100'000;  // targets that late_targets() returns

// The outcome within the limits of the task's order.
Result<TaskOutcome> limited(Connection& connection, const LateOutcome& late) {
  const auto task = load_task(connection, late.task);
  if (!task) return fail(task.error());
  TaskOutcome outcome = *late.outcome;
  limit_outcome(outcome, *task ? (*task)->task.order : TaskOrder{});
  return outcome;
}

Result<bool> note_late(Writing& writing, const LateOutcome& late) {
  const auto position = static_cast<std::int64_t>(late.position);
  auto settled = writing.connection.execute(
      "DELETE FROM task_late WHERE task_id = ? AND position = ?", {late.task, position});
  if (!settled) return fail(settled.error());
  if (!late.outcome) return true;
  const auto outcome = limited(writing.connection, late);
  if (!outcome) return fail(outcome.error());
  const std::string json =
      to_json(Value(Map{{"reported", writing.now.seconds}, {"outcome", to_value(*outcome)}}));
  auto noted = writing.connection.execute(
      "UPDATE task_target SET later = ? "
      "WHERE task_id = ? AND position = ? AND state = 'lost' AND later IS NULL",
      {std::string_view(json), late.task, position});
  if (!noted) return fail(noted.error());
  return true;
}

Result<bool> note_all(Writing& writing, std::span<const LateOutcome> outcomes) {
  for (const LateOutcome& late : outcomes) {
    if (auto noted = note_late(writing, late); !noted) return noted;
  }
  return true;
}

}  // namespace

std::string order_id(std::int64_t task, Time created, std::size_t position, std::int64_t attempt) {
  return fmt::format("{}-{:x}/{}/{}", task, created.seconds, position, attempt);
}

Time late_until(Time now) { return {now.seconds + std::chrono::seconds(outcomes_kept).count()}; }

Result<void> expect_late_outcome(Writing& writing, const TargetChange& change) {
  if (!change.given_up) return {};
  auto noted = writing.connection.execute(
      "INSERT INTO task_late (task_id, position, until) VALUES (?, ?, ?)",
      {change.task, static_cast<std::int64_t>(change.position), late_until(writing.now).seconds});
  if (!noted) return fail(noted.error());
  return {};
}

Result<Value> read_late_outcome(std::string_view json) {
  const auto value = parse_json(json);
  const auto* map = value ? value->as<Map>() : nullptr;
  const Value* told = map ? map->find(std::string_view("outcome")) : nullptr;
  const Value* reported = map ? map->find(std::string_view("reported")) : nullptr;
  const auto* seconds = reported ? reported->as<std::int64_t>() : nullptr;
  const auto outcome = told ? outcome_from(*told) : Result<TaskOutcome>(fail(Errc::corrupt, ""));
  if (!outcome || !seconds) return fail(Errc::corrupt, "what a host told later cannot be read");
  Value later = to_value(*outcome);
  Map& fields = *later.as<Map>();
  for (const char* name : {"output", "errors"}) {
    const Value* found = fields.find(std::string_view(name));
    const auto* text = found ? found->as<std::string>() : nullptr;
    if (text && !is_utf8(*text)) fields.set(name, Bytes{*text});
  }
  if (outcome->started.seconds != 0) fields.set("started", outcome->started);
  if (outcome->ended.seconds != 0) fields.set("ended", outcome->ended);
  fields.set("reported", Time{*seconds});
  return later;
}

Result<std::vector<LateTarget>> TaskStore::late_targets() const {
  const auto lease = database_.read();
  auto cursor = lease->select(
      "SELECT l.task_id, l.position, t.agent, k.created, t.attempt, l.until FROM task_late l "
      "JOIN task_target t ON t.task_id = l.task_id AND t.position = l.position "
      "JOIN task k ON k.id = l.task_id WHERE l.until > ? ORDER BY l.task_id DESC LIMIT ?",
      {database_.clock().now().seconds, late_max});
  if (!cursor) return fail(cursor.error());
  std::vector<LateTarget> targets;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) break;
    const std::int64_t task = cursor->integer(0);
    const auto position = static_cast<std::size_t>(cursor->integer(1));
    targets.push_back({.task = task,
                       .position = position,
                       .agent = std::string(cursor->text(2)),
                       .order = order_id(task, {cursor->integer(3)}, position, cursor->integer(4)),
                       .until = {cursor->integer(5)}});
  }
  std::ranges::reverse(targets);
  return targets;
}

Result<void> TaskStore::note_late_outcomes(std::span<const LateOutcome> outcomes) {
  const auto noted =
      write(database_, {}, [&](Writing& writing) { return note_all(writing, outcomes); });
  if (!noted) return fail(noted.error());
  return {};
}

Result<std::vector<TaskWaitedFor>> TaskStore::waited_for(std::int64_t task,
                                                         std::size_t most) const {
  const auto lease = database_.read();
  auto cursor = lease->select(
      "SELECT host, state FROM task_target WHERE task_id = ? AND state IN ('running', 'waiting') "
      "ORDER BY position LIMIT ?",
      {task, static_cast<std::int64_t>(most)});
  if (!cursor) return fail(cursor.error());
  std::vector<TaskWaitedFor> hosts;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return hosts;
    const auto state = parse_task_state(cursor->text(1));
    if (!state) return fail(Errc::corrupt, "task {}: {}", task, state.error().message);
    hosts.push_back({std::string(cursor->text(0)), *state});
  }
}

}  // namespace mega
