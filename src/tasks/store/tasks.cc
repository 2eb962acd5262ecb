// TaskStore's methods for operators: add, list, repeat, cancel and forget tasks.
#include "audit/writing.h"
#include "base/text.h"
#include "hosts/format/host_list.h"
#include "sql/selection.h"
#include "tasks/store/task_rows.h"
#include "tasks/store/task_store.h"
#include "value/json.h"
#include "value/masked.h"
#include "value/python.h"

#include <limits>

namespace mega {
namespace {

const std::vector<Field>& task_fields() {
  static const std::vector<Field> fields = {
      {"id", "id", FieldKind::number},
      {"state", "state"},
      {"what", "what"},
      {"hosts", "hosts", FieldKind::number},
      {"running", "running", FieldKind::number},
      {"ok", "ok", FieldKind::number},
      {"failed", "failed", FieldKind::number},
      {"unreachable", "unreachable", FieldKind::number},
      {"cancelled", "cancelled", FieldKind::number},
      {"created", "created", FieldKind::time},
      {"created_by", "created_by"},
      {"ended", "ended", FieldKind::time},
      {"expires", "NULLIF(expires, 0)", FieldKind::time},
      {"batch", "batch"},
      {"per_cluster", "per_cluster", FieldKind::number},
      {"failures_max", "failures_max", FieldKind::number},
      {"again_of", "NULLIF(again_of, 0)", FieldKind::number},
  };
  return fields;
}

// The word for display, with secrets masked if it is the literal of a map.
std::string shown(const std::string& word) {
  if (!word.starts_with('{')) return word;
  const auto map = parse_python(word);
  if (!map || !map->is<Map>()) return word;
  return to_python(masked(*map), {.ascii = false, .hide_terminator = false});
}

// For display: the script and its arguments, or the command.
std::string what_of(const TaskOrder& order) {
  std::vector<std::string> words = order.command;
  if (words.empty()) words.push_back(order.script);
  words.insert(words.end(), order.args.begin(), order.args.end());
  std::string text;
  for (const std::string& given : words) {
    const std::string word = shown(given);
    if (!text.empty()) text += ' ';
    const bool plain = !word.empty() && word.find_first_of(" \t\n\"'\\") == word.npos;
    text += plain ? one_line(word) : quoted(word, word.size());
  }
  return text;
}

Result<std::int64_t> insert_task(Writing& writing, const NewTask& task) {
  TaskOrder order = task.order;
  order.input.reset();
  order.id.assign(1, '0');  // each target's order gets its own id when it is sent
  const std::string what = what_of(order), work = to_json(to_value(order));
  const std::string batch = to_text(task.pacing.batch);
  const auto& input = task.order.input;
  auto added = writing.connection.execute(
      "INSERT INTO task (state, what, work, input, had_input, hosts, created, created_by, expires, "
      "batch, per_cluster, failures_max, in_windows, reference, again_of) "
      "VALUES ('running', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {std::string_view(what), std::string_view(work),
       input ? SqlParameter(Blob{*input}) : SqlParameter(std::monostate()),
       std::int64_t{input.has_value()}, static_cast<std::int64_t>(task.hosts.size()),
       writing.now.seconds, std::string_view(writing.author.who), task.expires.seconds,
       std::string_view(batch), task.pacing.per_cluster, task.pacing.failures_max,
       std::int64_t{task.in_windows}, task.reference, task.again_of});
  if (!added) return fail(added.error());
  return writing.connection.last_insert_id();
}

Result<void> insert_target(Connection& connection, std::int64_t task, std::int64_t position,
                           const TaskHost& host) {
  auto added = connection.execute(
      "INSERT INTO task_target (task_id, position, host, ip, agent, cluster, `window`, "
      "legacy_port, state, reason, output, errors, output_cut, errors_cut, attempt, cpu_ms, "
      "peak_memory_kib) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'waiting', '', '', '', 0, 0, 0, 0, 0)",
      {task, position, std::string_view(host.host), std::string_view(host.ip),
       std::string_view(host.agent), std::string_view(host.cluster), std::string_view(host.window),
       host.legacy_port});
  if (!added) return fail(added.error());
  return {};
}

std::string folded_names(const std::vector<TaskHost>& hosts) {
  std::vector<std::string> names;
  for (const TaskHost& host : hosts) names.push_back(host.host);
  return fold_hosts(names);
}

Result<std::int64_t> add(Writing& writing, const NewTask& task) {
  const auto id = insert_task(writing, task);
  if (!id) return id;
  std::int64_t position = 0;
  for (const TaskHost& host : task.hosts) {
    if (auto done = insert_target(writing.connection, *id, position++, host); !done) {
      return fail(done.error());
    }
  }
  const Value after(Map{{"task", *id},
                        {"what", what_of(task.order)},
                        {"user", task.order.user},
                        {"hosts", folded_names(task.hosts)}});
  if (auto noted = add_audit_row(writing, std::nullopt, to_json(after)); !noted) {
    return fail(noted.error());
  }
  return id;
}

// The state of the task; nullopt: there is none.
Result<std::optional<std::string>> state_of(Connection& connection, std::int64_t id) {
  auto cursor = connection.select("SELECT state FROM task WHERE id = ?", {id});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  return std::string(cursor->text(0));
}

Result<bool> cancel(Writing& writing, std::int64_t id) {
  const auto state = state_of(writing.connection, id);
  if (!state) return fail(state.error());
  if (!*state) return fail(Errc::not_found, "there is no task {}", id);
  if (**state != "running") return false;
  auto noted = writing.connection.execute("UPDATE task SET cancel = 1 WHERE id = ?", {id});
  if (!noted) return fail(noted.error());
  const std::string after = to_json(Value(Map{{"task", id}, {"cancelled", true}}));
  if (auto row = add_audit_row(writing, to_json(Value(Map{{"task", id}})), after); !row) {
    return fail(row.error());
  }
  return true;
}

// Reports about tasks that this server does not know, of which hosts can send any number.
constexpr std::int64_t foreign_reports_max = 10'000;

Result<void> forget_foreign_reports(Connection& connection) {
  auto gone = connection.execute(
      "DELETE FROM task_log WHERE task_id NOT IN (SELECT id FROM task) AND id <= (SELECT l.id FROM "
      "task_log l WHERE l.task_id NOT IN (SELECT id FROM task) ORDER BY l.id DESC LIMIT 1 OFFSET "
      "?)",
      {foreign_reports_max});
  if (!gone) return fail(gone.error());
  return {};
}

Result<std::int64_t> forget(Writing& writing, Time before) {
  auto too_late =
      writing.connection.execute("DELETE FROM task_late WHERE until < ?", {writing.now.seconds});
  if (!too_late) return fail(too_late.error());
  for (const char* sql :
       {"DELETE FROM task_late WHERE task_id IN (SELECT id FROM task WHERE ended < ?)",
        "DELETE FROM task_target WHERE task_id IN (SELECT id FROM task WHERE ended < ?)",
        "DELETE FROM task_log WHERE end_time < ?"}) {
    if (auto gone = writing.connection.execute(sql, {before.seconds}); !gone) {
      return fail(gone.error());
    }
  }
  const auto tasks =
      writing.connection.execute("DELETE FROM task WHERE ended < ?", {before.seconds});
  if (!tasks) return tasks;
  if (auto gone = forget_foreign_reports(writing.connection); !gone) return fail(gone.error());
  return tasks;
}

}  // namespace

Result<Rows> TaskStore::tasks(State state, std::int64_t limit) const {
  static const Selection newest(
      task_fields(), "FROM task WHERE (ended IS NULL) IN (?, ?) ORDER BY id DESC LIMIT ?");
  const auto rows_max = checked_limit(limit);
  if (!rows_max) return fail(rows_max.error());
  const std::int64_t first = state == State::online ? 1 : 0;
  const std::int64_t second = state == State::offline ? 0 : 1;
  const auto lease = database_.read();
  return newest.rows(*lease, {first, second, *rows_max});
}

Result<std::optional<Row>> TaskStore::task(std::int64_t id) const {
  static const Selection one(task_fields(), "FROM task WHERE id = ?");
  const auto lease = database_.read();
  return one.row(*lease, {id});
}

Result<Rows> TaskStore::task_targets(std::int64_t id) const {
  static const Selection targets({{"host", "host"},
                                  {"ip", "ip"},
                                  {"agent", "agent"},
                                  {"cluster", "cluster"},
                                  {"state", "state"},
                                  {"reason", "reason"},
                                  {"exit_code", "exit_code", FieldKind::number},
                                  {"signal", "`signal`", FieldKind::number},
                                  {"output", "output"},
                                  {"errors", "errors"},
                                  {"output_cut", "output_cut", FieldKind::number},
                                  {"errors_cut", "errors_cut", FieldKind::number},
                                  {"attempt", "attempt", FieldKind::number},
                                  {"started", "started", FieldKind::time},
                                  {"ended", "ended", FieldKind::time},
                                  {"cpu_ms", "cpu_ms", FieldKind::number},
                                  {"peak_memory_kib", "peak_memory_kib", FieldKind::number},
                                  {"later", "later"}},
                                 "FROM task_target WHERE task_id = ? ORDER BY position");
  const auto lease = database_.read();
  auto rows = targets.rows(*lease, {id});
  const std::size_t width = targets.columns()->size();
  for (std::size_t last = width - 1; rows && last < rows->cells.size(); last += width) {
    const auto* json = rows->cells[last].as<std::string>();
    if (!json) continue;
    auto later = read_late_outcome(*json);
    if (!later) return fail(later.error());
    rows->cells[last] = *std::move(later);
  }
  return rows;
}

Result<NewTask> TaskStore::task_again(std::int64_t id, bool all) const {
  const auto lease = database_.read();
  const auto found = load_task(*lease, id);
  if (!found) return fail(found.error());
  if (!*found) return fail(Errc::not_found, "there is no task {}", id);
  const StoredTask& stored = **found;
  if (!stored.ended) return fail(Errc::refused, "task {} has not ended", id);
  if (stored.had_input) {
    return fail(Errc::refused, "task {} had an input, which is not kept: run it anew", id);
  }
  NewTask again{.order = stored.task.order,
                .hosts = {},
                .pacing = stored.task.pacing,
                .in_windows = stored.task.in_windows,
                .again_of = id};
  const auto targets = load_targets(*lease, id);
  if (!targets) return fail(targets.error());
  for (const TaskTarget& target : *targets) {
    if (all || target.state != TaskState::ok) again.hosts.push_back(target.host);
  }
  if (again.hosts.empty()) {
    return fail(Errc::refused, "task {} ended ok on all of its hosts: nothing is left to repeat",
                id);
  }
  return again;
}

Result<std::int64_t> TaskStore::add_task(const Author& author, const NewTask& task) {
  return write(database_, author, [&](Writing& writing) { return add(writing, task); });
}

Result<bool> TaskStore::cancel_task(const Author& author, std::int64_t id) {
  return write(database_, author, [&](Writing& writing) { return cancel(writing, id); });
}

Result<std::int64_t> TaskStore::forget_tasks(Time before) {
  return write(database_, {}, [&](Writing& writing) { return forget(writing, before); });
}

}  // namespace mega
