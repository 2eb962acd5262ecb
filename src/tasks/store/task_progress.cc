// TaskStore's methods for the task engine: tasks that have not ended, and the steps of their
// targets.
#include "audit/writing.h"
#include "base/text.h"
#include "tasks/store/task_rows.h"
#include "tasks/store/task_store.h"
#include "value/json.h"

#include <array>
#include <map>

namespace mega {
namespace {

constexpr std::array<std::string_view, 3> end_names = {"done", "stopped", "cancelled"};

const std::string task_columns =
    "SELECT id, work, input, created, expires, batch, per_cluster, failures_max, in_windows, "
    "cancel, ended, had_input FROM task ";

Result<StoredTask> task_at(const Cursor& cursor) {
  StoredTask stored;
  ActiveTask& task = stored.task;
  task.id = cursor.integer(0);
  const auto work = parse_json(cursor.text(1));
  auto order = work ? order_from(*work) : Result<TaskOrder>(fail(work.error()));
  const auto batch = parse_batch_size(cursor.text(5));
  if (!order || !batch) {
    return fail(Errc::corrupt, "task {} cannot be read: {}", task.id,
                order ? batch.error().message : order.error().message);
  }
  task.order = *std::move(order);
  task.order.id.clear();
  if (!cursor.is_none(2)) task.order.input = std::string(cursor.text(2));
  task.created = {cursor.integer(3)};
  task.expires = {cursor.integer(4)};
  task.pacing = {
      .batch = *batch, .per_cluster = cursor.integer(6), .failures_max = cursor.integer(7)};
  task.in_windows = cursor.integer(8) != 0;
  task.cancelled = cursor.integer(9) != 0;
  stored.ended = !cursor.is_none(10);
  stored.had_input = cursor.integer(11) != 0;
  return stored;
}

SqlParameter or_none(const std::optional<std::int64_t>& number) {
  return number ? SqlParameter(*number) : SqlParameter(std::monostate());
}

SqlParameter or_none(Time time) {
  return time.seconds != 0 ? SqlParameter(time.seconds) : SqlParameter(std::monostate());
}

// Text as text, so that a site's own queries can read it; output that is not UTF-8 as bytes.
SqlParameter text_or_bytes(const std::string& output) {
  return is_utf8(output) ? SqlParameter(std::string_view(output)) : SqlParameter(Blob{output});
}

// Changes to the counters of one task.
struct Counts {
  std::int64_t running = 0, ok = 0, failed = 0, unreachable = 0, cancelled = 0;

  std::int64_t& of(TaskState state) {
    switch (state) {
      case TaskState::running:
        return running;
      case TaskState::ok:
        return ok;
      case TaskState::unreachable:
        return unreachable;
      case TaskState::cancelled:
        return cancelled;
      default:
        return failed;
    }
  }
};

Result<std::int64_t> note_start(Writing& writing, const TargetChange& change) {
  return writing.connection.execute(
      "UPDATE task_target SET state = 'running', attempt = ?, started = ? "
      "WHERE task_id = ? AND position = ? AND state = 'waiting'",
      {change.attempt, writing.now.seconds, change.task,
       static_cast<std::int64_t>(change.position)});
}

Result<void> note_limit(Writing& writing, const TargetChange& change) {
  auto noted = writing.connection.execute(
      "UPDATE task_target SET limit_ms = ?, over_by = ? "
      "WHERE task_id = ? AND position = ? AND state = 'running'",
      {change.limit->ms, change.limit->over_by.seconds, change.task,
       static_cast<std::int64_t>(change.position)});
  if (!noted) return fail(noted.error());
  return {};
}

// Only if the target's state is `before`, which tells note() which counters change.
Result<std::int64_t> note_end(Writing& writing, const TargetChange& change,
                              std::string_view before) {
  const TaskOutcome& outcome = change.outcome;
  return writing.connection.execute(
      "UPDATE task_target SET state = ?, reason = ?, exit_code = ?, `signal` = ?, output = ?, "
      "errors = ?, output_cut = ?, errors_cut = ?, started = COALESCE(?, started), ended = "
      "COALESCE(?, ?), cpu_ms = ?, "
      "peak_memory_kib = ? WHERE task_id = ? AND position = ? AND state = ?",
      {name_of(change.state), std::string_view(outcome.reason), or_none(outcome.exit_code),
       or_none(outcome.signal), text_or_bytes(outcome.output), text_or_bytes(outcome.errors),
       std::int64_t{outcome.output_cut}, std::int64_t{outcome.errors_cut}, or_none(outcome.started),
       or_none(outcome.ended), writing.now.seconds, outcome.cpu_ms, outcome.peak_memory_kib,
       change.task, static_cast<std::int64_t>(change.position), before});
}

Result<void> log_end(Writing& writing, const TargetChange& change) {
  const TaskOutcome& outcome = change.outcome;
  auto added = writing.connection.execute(
      "INSERT INTO task_log (task_id, start_time, end_time, stat, redo, comment, host) "
      "SELECT task_id, started, ended, ?, attempt - 1, ?, host FROM task_target "
      "WHERE task_id = ? AND position = ?",
      {change.state == TaskState::ok ? 0 : outcome.exit_code.value_or(-1),
       change.state == TaskState::ok ? std::string_view("ok") : std::string_view(outcome.reason),
       change.task, static_cast<std::int64_t>(change.position)});
  if (!added) return fail(added.error());
  return {};
}

Result<void> note(Writing& writing, const TargetChange& change, Counts& counts) {
  if (change.limit) return note_limit(writing, change);
  if (!is_final(change.state)) {
    const auto started = note_start(writing, change);
    if (!started) return fail(started.error());
    counts.running += *started;
    return {};
  }
  auto ended = note_end(writing, change, "running");
  if (ended && *ended > 0) {
    --counts.running;
    if (auto logged = log_end(writing, change); !logged) return logged;
    if (auto late = expect_late_outcome(writing, change); !late) return late;
  } else if (ended) {
    ended = note_end(writing, change, "waiting");
  }
  if (!ended) return fail(ended.error());
  counts.of(change.state) += *ended;
  return {};
}

Result<void> note_counts(Writing& writing, std::int64_t task, const Counts& counts) {
  auto noted = writing.connection.execute(
      "UPDATE task SET running = running + ?, ok = ok + ?, failed = failed + ?, "
      "unreachable = unreachable + ?, cancelled = cancelled + ? WHERE id = ?",
      {counts.running, counts.ok, counts.failed, counts.unreachable, counts.cancelled, task});
  if (!noted) return fail(noted.error());
  return {};
}

// Also deletes the task's standard input.
Result<void> note_ending(Writing& writing, const TaskEnding& ending) {
  auto noted = writing.connection.execute(
      "UPDATE task SET state = ?, ended = ?, input = NULL WHERE id = ? AND ended IS NULL",
      {end_names[static_cast<std::size_t>(ending.how)], writing.now.seconds, ending.task});
  if (!noted) return fail(noted.error());
  return {};
}

Result<bool> note_all(Writing& writing, std::span<const TargetChange> changes,
                      std::span<const TaskEnding> endings) {
  std::map<std::int64_t, Counts> counts;
  for (const TargetChange& change : changes) {
    if (auto noted = note(writing, change, counts[change.task]); !noted) {
      return fail(noted.error());
    }
  }
  for (const auto& [task, numbers] : counts) {
    if (auto noted = note_counts(writing, task, numbers); !noted) return fail(noted.error());
  }
  for (const TaskEnding& ending : endings) {
    if (auto noted = note_ending(writing, ending); !noted) return fail(noted.error());
  }
  return true;
}

}  // namespace

Result<std::optional<StoredTask>> load_task(Connection& connection, std::int64_t id) {
  static const std::string sql = task_columns + "WHERE id = ?";
  auto cursor = connection.select(sql, {id});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  auto task = task_at(*cursor);
  if (!task) return fail(task.error());
  return *std::move(task);
}

Result<std::vector<StoredTask>> load_running_tasks(Connection& connection, std::int64_t after) {
  static const std::string sql = task_columns + "WHERE ended IS NULL AND id > ? ORDER BY id";
  auto cursor = connection.select(sql, {after});
  if (!cursor) return fail(cursor.error());
  std::vector<StoredTask> tasks;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return tasks;
    auto task = task_at(*cursor);
    if (!task) return fail(task.error());
    tasks.push_back(*std::move(task));
  }
}

Result<std::vector<TaskTarget>> load_targets(Connection& connection, std::int64_t task) {
  auto cursor = connection.select(
      "SELECT host, ip, agent, cluster, `window`, legacy_port, state, attempt, started, "
      "limit_ms, over_by "
      "FROM task_target WHERE task_id = ? ORDER BY position",
      {task});
  if (!cursor) return fail(cursor.error());
  std::vector<TaskTarget> targets;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return targets;
    const auto state = parse_task_state(cursor->text(6));
    if (!state) return fail(Errc::corrupt, "task {}: {}", task, state.error().message);
    targets.push_back({.host = {.host = std::string(cursor->text(0)),
                                .ip = std::string(cursor->text(1)),
                                .agent = std::string(cursor->text(2)),
                                .cluster = std::string(cursor->text(3)),
                                .window = std::string(cursor->text(4)),
                                .legacy_port = cursor->integer(5)},
                       .state = *state,
                       .attempt = cursor->integer(7),
                       .started = {cursor->integer(8)}});
    if (!cursor->is_none(9)) {
      targets.back().limit = {.ms = cursor->integer(9), .over_by = {cursor->integer(10)}};
    }
  }
}

Result<std::vector<ActiveTask>> TaskStore::active_tasks(std::int64_t after) const {
  const auto lease = database_.read();
  auto transaction = Transaction::begin(*lease, Transaction::Kind::read);
  if (!transaction) return fail(transaction.error());
  auto tasks = load_running_tasks(*lease, after);
  if (!tasks) return fail(tasks.error());
  std::vector<ActiveTask> active;
  for (StoredTask& stored : *tasks) {
    auto targets = load_targets(*lease, stored.task.id);
    if (!targets) return fail(targets.error());
    stored.task.targets = *std::move(targets);
    active.push_back(std::move(stored.task));
  }
  return active;
}

Result<std::vector<std::int64_t>> TaskStore::cancelled_tasks() const {
  const auto lease = database_.read();
  auto cursor = lease->select("SELECT id FROM task WHERE ended IS NULL AND cancel = 1");
  if (!cursor) return fail(cursor.error());
  std::vector<std::int64_t> ids;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return ids;
    ids.push_back(cursor->integer(0));
  }
}

Result<void> TaskStore::note_targets(std::span<const TargetChange> changes,
                                     std::span<const TaskEnding> endings) {
  const auto noted =
      write(database_, {}, [&](Writing& writing) { return note_all(writing, changes, endings); });
  if (!noted) return fail(noted.error());
  return {};
}

}  // namespace mega
