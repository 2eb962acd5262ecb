// Inventory: owners (table user) and businesses (table business), which share one implementation.
#include "base/text.h"
#include "inventory/store/inventory.h"
#include "inventory/store/rules.h"
#include "sql/selection.h"

namespace mega {
namespace {

// The statements for one of the two tables, which differ in the column of the name.
struct NamedTable {
  std::string_view noun;
  Selection all;
  std::string by_id, by_name, insert, update;

  NamedTable(std::string_view what, const std::string& table, const char* column)
      : noun(what),
        all({{"id", "id"}, {"name", column}, {"comment", "comment"}, {"stat", "stat"}},
            "FROM " + table + " ORDER BY stat DESC, id"),
        by_id(one(table, column) + "id = ?"),
        by_name(one(table, column) + column + " = ?"),
        insert("INSERT INTO " + table + " (" + column + ", comment, stat, id) VALUES (?, ?, ?, ?)"),
        update("UPDATE " + table + " SET " + column + " = ?, comment = ?, stat = ? WHERE id = ?") {}

  static std::string one(const std::string& table, const char* column) {
    return std::string("SELECT id, ") + column + ", comment, stat FROM " + table + " WHERE ";
  }
};

const NamedTable& owners_table() {
  static const NamedTable table("owner", "user", "name");
  return table;
}
const NamedTable& businesses_table() {
  static const NamedTable table("business", "business", "business");
  return table;
}

Result<std::optional<Named>> load(Connection& connection, const std::string& sql,
                                  const SqlParameter& key) {
  auto cursor = connection.select(sql, {key});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  return Named{.id = cursor->integer(0),
               .name = std::string(cursor->text(1)),
               .comment = std::string(cursor->text(2)),
               .stat = cursor->integer(3)};
}

Result<void> refuse_taken_name(Writing& writing, const NamedTable& table, const Named& wanted) {
  const auto holder = load(writing.connection, table.by_name, std::string_view(wanted.name));
  if (!holder) return fail(holder.error());
  if (!*holder || (*holder)->id == wanted.id) return {};
  return fail(Errc::already_exists, "{} {} exists already (id {})", table.noun, quoted(wanted.name),
              (*holder)->id);
}

Result<std::int64_t> write(Writing& writing, const NamedTable& table,
                           const std::optional<Named>& before, Named after) {
  if (before && *before == after) return after.id;
  if (auto free = refuse_taken_name(writing, table, after); !free) return fail(free.error());
  const SqlParameter id = after.id == 0 ? SqlParameter(std::monostate())
                                        : SqlParameter(after.id);  // NULL: the next free id
  const auto written = writing.connection.execute(
      before ? table.update : table.insert,
      {std::string_view(after.name), std::string_view(after.comment), after.stat, id});
  if (!written) return fail(written.error());
  if (after.id == 0) after.id = writing.connection.last_insert_id();
  const auto former = before ? std::optional(to_json(*before)) : std::nullopt;
  if (auto noted = add_audit_row(writing, former, to_json(after)); !noted) {
    return fail(noted.error());
  }
  return after.id;
}

// Adds a record, or updates the existing one with that id and name (or only that name when no id is
// given), so that scripts can repeat an add.
Result<std::int64_t> add(Writing& writing, const NamedTable& table, const Named& wanted) {
  if (auto checked = check(wanted); !checked) return fail(checked.error());
  const auto before = wanted.id == 0
                          ? load(writing.connection, table.by_name, std::string_view(wanted.name))
                          : load(writing.connection, table.by_id, wanted.id);
  if (!before) return fail(before.error());
  if (*before && (*before)->name != wanted.name) {
    return fail(Errc::already_exists, "{} {} exists already with the name {}", table.noun,
                wanted.id, quoted((*before)->name));
  }
  Named after = wanted;
  if (*before) after.id = (*before)->id;
  return write(writing, table, *before, after);
}

Result<void> modify(Writing& writing, const NamedTable& table, std::int64_t id,
                    const NamedChange& change) {
  const auto before = load(writing.connection, table.by_id, id);
  if (!before) return fail(before.error());
  if (!*before) return fail(Errc::not_found, "there is no {} with the id {}", table.noun, id);
  Named after = **before;
  set_if_given(after.name, change.name);
  set_if_given(after.comment, change.comment);
  set_if_given(after.stat, change.stat);
  if (auto checked = check(after); !checked) return checked;
  return done(write(writing, table, *before, after));
}

}  // namespace

Result<Rows> Inventory::owners() const {
  const auto lease = database_.read();
  return owners_table().all.rows(*lease, {});
}

Result<Rows> Inventory::businesses() const {
  const auto lease = database_.read();
  return businesses_table().all.rows(*lease, {});
}

Result<std::int64_t> Inventory::add_owner(const Author& author, const Named& owner) {
  return write(database_, author,
               [&](Writing& writing) { return add(writing, owners_table(), owner); });
}

Result<void> Inventory::mod_owner(const Author& author, std::int64_t id,
                                  const NamedChange& change) {
  return write(database_, author,
               [&](Writing& writing) { return modify(writing, owners_table(), id, change); });
}

Result<std::int64_t> Inventory::add_business(const Author& author, const Named& business) {
  return write(database_, author,
               [&](Writing& writing) { return add(writing, businesses_table(), business); });
}

Result<void> Inventory::mod_business(const Author& author, std::int64_t id,
                                     const NamedChange& change) {
  return write(database_, author,
               [&](Writing& writing) { return modify(writing, businesses_table(), id, change); });
}

}  // namespace mega
