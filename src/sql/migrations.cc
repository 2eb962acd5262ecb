#include "sql/migrations.h"

#include "base/text.h"

#include <algorithm>
#include <optional>
#include <string>

namespace mega {
namespace {

constexpr std::string_view schema_row = "schema", opens_from_row = "opens_from";

std::string row_of(const Schema& schema) { return fmt::format("schema.{}", schema.name); }

std::int64_t first_count() { return static_cast<std::int64_t>(first_migrations().size()); }

std::int64_t newest_of(const Schema& schema) {
  return first_count() + static_cast<std::int64_t>(schema.migrations.size());
}

Result<std::optional<std::string>> meta(Connection& connection, std::string_view name) {
  auto cursor = connection.select("SELECT value FROM meta WHERE name = ?", {name});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  return *row ? std::optional(std::string(cursor->text(0))) : std::nullopt;
}

Result<void> set_meta(Connection& connection, std::string_view name, std::string_view value) {
  const auto changed =
      connection.execute("UPDATE meta SET value = ? WHERE name = ?", {value, name});
  if (!changed) return fail(changed.error());
  if (*changed > 0) return {};
  auto added = connection.execute("INSERT INTO meta (name, value) VALUES (?, ?)", {name, value});
  if (!added) return fail(added.error());
  return {};
}

// The number in a row of meta; `otherwise` when there is no such row.
Result<std::int64_t> meta_number(Connection& connection, std::string_view name,
                                 std::int64_t otherwise) {
  const auto text = meta(connection, name);
  if (!text) return fail(text.error());
  if (!*text) return otherwise;
  const auto number = parse_integer(**text);
  if (number && *number >= 1) return *number;
  return fail(Errc::corrupt, "its table meta does not say which schema it has");
}

// "1.10.0" as {1, 10, 0}; a part that is not a number is 0.
std::vector<std::int64_t> parts_of(std::string_view version) {
  std::vector<std::int64_t> parts;
  for (std::size_t at = 0; at <= version.size();) {
    const std::size_t dot = std::min(version.find('.', at), version.size());
    parts.push_back(parse_integer(version.substr(at, dot - at)).value_or(0));
    at = dot + 1;
  }
  return parts;
}

Result<void> raise_opens_from(Connection& connection, std::string_view version) {
  if (version.empty()) return {};
  const auto now = meta(connection, opens_from_row);
  if (!now) return fail(now.error());
  if (*now && parts_of(**now) >= parts_of(version)) return {};
  return set_meta(connection, opens_from_row, version);
}

// Runs in one transaction, so that a crash leaves the store at either the old or the new number.
Result<void> run(Connection& connection, const Migration& migration, std::string_view row,
                 std::int64_t number) {
  auto transaction = Transaction::begin(connection, Transaction::Kind::write);
  if (!transaction) return fail(transaction.error());
  if (number == 1) {
    auto made = connection.run_script(
        "CREATE TABLE meta (name VARCHAR(64) PRIMARY KEY, value VARCHAR(255) NOT NULL);"
        "INSERT INTO meta (name, value) VALUES ('schema', '0')");
    if (!made) return fail(made.error());
  }
  if (auto done = connection.run_script(migration.sql); !done) return fail(done.error());
  if (auto noted = set_meta(connection, row, std::to_string(number)); !noted) return noted;
  if (auto raised = raise_opens_from(connection, migration.opens_from); !raised) return raised;
  return transaction->commit();
}

Result<void> migrate(Connection& connection, const Schema& schema) {
  const std::string row = row_of(schema);
  const auto now = meta_number(connection, row, first_count());
  if (!now) return fail(now.error());
  for (std::int64_t number = *now + 1; number <= newest_of(schema); ++number) {
    const auto at = static_cast<std::size_t>(number - first_count() - 1);
    if (auto done = run(connection, schema.migrations[at], row, number); !done) return done;
  }
  return {};
}

Result<void> refuse(std::int64_t number, std::int64_t known) {
  if (number <= known) return {};
  return fail(Errc::refused, "it has schema {}, but this mega {} knows up to {}: use a newer mega",
              number, MEGA_VERSION, known);
}

}  // namespace

std::int64_t newest_schema() {
  std::int64_t newest = first_count();
  for (const Schema* schema : Registered<Schema>::all()) {
    newest = std::max(newest, newest_of(*schema));
  }
  return newest;
}

Result<std::int64_t> schema_of(Connection& connection) {
  const auto tables = connection.tables();
  if (!tables) return fail(tables.error());
  if (tables->empty()) return 0;
  if (std::ranges::find(*tables, "meta") == tables->end()) {
    return fail(Errc::corrupt, "it is a database of something else, not of mega");
  }

  auto newest = meta_number(connection, schema_row, 0);
  if (newest && *newest == 0) {
    return fail(Errc::corrupt, "its table meta does not say which schema it has");
  }
  for (const Schema* schema : Registered<Schema>::all()) {
    if (!newest) break;
    const auto number = meta_number(connection, row_of(*schema), 0);
    if (!number) return fail(number.error());
    newest = std::max(*newest, *number);
  }
  return newest;
}

Result<void> refuse_newer_schema(Connection& connection) {
  const auto shared = meta_number(connection, schema_row, 0);
  if (!shared) return fail(shared.error());
  if (auto known = refuse(*shared, first_count()); !known) return known;
  for (const Schema* schema : Registered<Schema>::all()) {
    const auto number = meta_number(connection, row_of(*schema), 0);
    if (!number) return fail(number.error());
    if (auto known = refuse(*number, newest_of(*schema)); !known) return known;
  }
  const auto opens_from = meta(connection, opens_from_row);
  if (!opens_from) return fail(opens_from.error());
  if (!*opens_from || parts_of(**opens_from) <= parts_of(MEGA_VERSION)) return {};
  return fail(Errc::refused, "it is opened by mega {} and newer, and this is {}", **opens_from,
              MEGA_VERSION);
}

Result<void> migrate(Connection& connection) {
  const auto now = schema_of(connection);
  if (!now) return fail(now.error());
  if (*now > 0) {
    if (auto known = refuse_newer_schema(connection); !known) return known;
  }
  const auto shared = *now == 0 ? Result<std::int64_t>(0) : meta_number(connection, schema_row, 0);
  if (!shared) return fail(shared.error());
  for (std::int64_t number = *shared + 1; number <= first_count(); ++number) {
    const Migration migration{.sql = first_migrations()[static_cast<std::size_t>(number - 1)]};
    if (auto done = run(connection, migration, schema_row, number); !done) return done;
  }
  for (const Schema* schema : Registered<Schema>::all()) {
    if (auto done = migrate(connection, *schema); !done) return done;
  }
  return {};
}

}  // namespace mega
