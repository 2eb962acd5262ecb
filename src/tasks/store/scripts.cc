// ScriptStore's methods.
#include "audit/writing.h"
#include "base/text.h"
#include "sql/selection.h"
#include "tasks/store/script_store.h"
#include "value/json.h"

namespace mega {
namespace {

// A script for the audit, without its content, which may hold secrets.
struct ScriptRow {
  std::int64_t version = 0;
  std::string digest;
};

std::string to_json(std::string_view name, const ScriptRow& row) {
  return to_json(Value(Map{{"name", name}, {"version", row.version}, {"digest", row.digest}}));
}

Result<std::optional<ScriptRow>> load(Connection& connection, std::string_view name) {
  auto cursor = connection.select("SELECT version, digest FROM script WHERE name = ?", {name});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  return ScriptRow{cursor->integer(0), std::string(cursor->text(1))};
}

Result<std::int64_t> add(Writing& writing, std::string_view name, const StoredScript& script) {
  const auto before = load(writing.connection, name);
  if (!before) return fail(before.error());
  if (*before && (*before)->digest == script.digest) return (*before)->version;
  const ScriptRow after{*before ? (*before)->version + 1 : 1, script.digest};
  const auto written = writing.connection.execute(
      *before ? "UPDATE script SET version = ?, content = ?, digest = ?, `signature` = ?, "
                "added = ?, added_by = ? WHERE name = ?"
              : "INSERT INTO script (version, content, digest, `signature`, added, added_by, name) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
      {after.version, Blob{script.content}, std::string_view(script.digest), Blob{script.signature},
       writing.now.seconds, std::string_view(writing.author.who), name});
  if (!written) return fail(written.error());
  const auto former = *before ? std::optional(to_json(name, **before)) : std::nullopt;
  if (auto noted = add_audit_row(writing, former, to_json(name, after)); !noted) {
    return fail(noted.error());
  }
  return after.version;
}

Result<void> remove(Writing& writing, std::string_view name) {
  const auto before = load(writing.connection, name);
  if (!before) return fail(before.error());
  if (!*before) return fail(Errc::not_found, "the server has no script {}", quoted(name));
  auto gone = writing.connection.execute("DELETE FROM script WHERE name = ?", {name});
  if (!gone) return fail(gone.error());
  return add_audit_row(writing, to_json(name, **before),
                       to_json(Value(Map{{"name", name}, {"removed", true}})));
}

}  // namespace

Result<Rows> ScriptStore::scripts() const {
  static const Selection all({{"name", "name"},
                              {"version", "version"},
                              {"bytes", "length(content)"},
                              {"digest", "digest"},
                              {"added", "added", FieldKind::time},
                              {"added_by", "added_by"}},
                             "FROM script ORDER BY name");
  const auto lease = database_.read();
  return all.rows(*lease, {});
}

Result<std::optional<StoredScript>> ScriptStore::script(std::string_view name) const {
  const auto lease = database_.read();
  auto cursor =
      lease->select("SELECT content, digest, `signature` FROM script WHERE name = ?", {name});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  return StoredScript{.content = std::string(cursor->text(0)),
                      .digest = std::string(cursor->text(1)),
                      .signature = std::string(cursor->text(2))};
}

Result<std::optional<std::string>> ScriptStore::script_digest(std::string_view name) const {
  const auto lease = database_.read();
  auto row = load(*lease, name);
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  return std::move((*row)->digest);
}

Result<std::int64_t> ScriptStore::add_script(const Author& author, const std::string& name,
                                             const StoredScript& script) {
  return write(database_, author, [&](Writing& writing) { return add(writing, name, script); });
}

Result<void> ScriptStore::del_script(const Author& author, const std::string& name) {
  return write(database_, author, [&](Writing& writing) { return remove(writing, name); });
}

}  // namespace mega
