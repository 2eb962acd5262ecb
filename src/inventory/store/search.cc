// Inventory::search(): the rows that a condition selects.
#include "audit/writing.h"
#include "base/text.h"
#include "inventory/store/fields.h"
#include "inventory/store/inventory.h"
#include "sql/selection.h"
#include "value/condition.h"

#include <unordered_map>

namespace mega {
namespace {

using TagsById = std::unordered_map<std::int64_t, Map>;

// A kind of record that can be searched. Its last field is read as the id of the tags' record and
// returned as the tags.
struct Searchable {
  std::string name;
  std::vector<Field> fields;
  Selection selection;
  std::string tags_sql;  // id, name, value

  Searchable(std::string what, std::vector<Field> all, const std::string& rest, std::string tags)
      : name(std::move(what)),
        fields(std::move(all)),
        selection(fields, rest),
        tags_sql(std::move(tags)) {}
};

std::vector<Field> with(std::vector<Field> fields, const char* cluster, const char* site,
                        const char* tagged_id) {
  fields.push_back({"cluster", cluster});
  fields.push_back({"site", site});
  fields.push_back({"tags", tagged_id, FieldKind::tags});
  return fields;
}

const std::vector<Searchable>& searchables() {
  static const std::vector<Searchable> all = {
      {"server", with(server_fields, "s.cluster", "s.site", "s.id"),
       server_tables + "WHERE s.stat >= ? AND s.stat <= ? ORDER BY s.ip",
       "SELECT server_id, name, value FROM server_tag ORDER BY server_id, name"},
      {"instance", with(instance_fields, "i.cluster", "i.site", "i.id"),
       instance_tables + "WHERE i.stat >= ? AND i.stat <= ? ORDER BY s.ip, i.port",
       "SELECT instance_id, name, value FROM instance_tag ORDER BY instance_id, name"},
      // A database has the cluster, site and tags of its instance.
      {"database", with(database_fields, "i.cluster", "i.site", "i.id"),
       database_tables + "WHERE d.stat * i.stat >= ? AND d.stat * i.stat <= ? "
                         "ORDER BY s.ip, i.port, d.name",
       "SELECT instance_id, name, value FROM instance_tag ORDER BY instance_id, name"},
  };
  return all;
}

Result<const Searchable*> find_searchable(std::string_view what) {
  std::vector<std::string> names;
  for (const Searchable& searchable : searchables()) {
    if (searchable.name == what) return &searchable;
    names.push_back(searchable.name);
  }
  return fail(Errc::invalid_argument, "search for {}, not {}{}", join_text(names, ", "),
              quoted(what), did_you_mean(what, names));
}

std::vector<ConditionField> condition_fields(const Searchable& searchable) {
  std::vector<ConditionField> fields;
  for (const Field& field : searchable.fields) {
    ConditionField known{field.name, field.kind, fields.size()};
    if (known.name == "role") known.symbols = {{"master", 1}, {"slave", 2}, {"single", 3}};
    if (known.name == "stat") known.symbols = {{"online", 1}, {"offline", 0}};
    fields.push_back(std::move(known));
  }
  return fields;
}

Result<TagsById> load_tags(Connection& connection, const std::string& sql) {
  auto cursor = connection.select(sql);
  if (!cursor) return fail(cursor.error());
  TagsById tags;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return tags;
    tags[cursor->integer(0)].set(cursor->text(1), cursor->text(2));
  }
}

// Replaces the id in the cell by the tags with that id.
void put_tags(const TagsById& tags, Value& cell) {
  const auto found = tags.find(*cell.as<std::int64_t>());
  cell = found == tags.end() ? Map() : found->second;
}

// Appends the next row, complete with tags, to `rows`; false: no more rows.
template <class Collected>
Result<bool> read_row(Cursor& cursor, const Searchable& searchable, const TagsById& tags,
                      Collected& rows) {
  const auto more = cursor.next();
  if (!more || !*more) return more;
  searchable.selection.append(cursor, rows.cells());
  put_tags(tags, rows.cells().back());
  return true;
}

Result<void> collect(Connection& connection, const Searchable& searchable,
                     const Condition& condition, const TagsById& tags, SqlParameters stats,
                     RowCollector& rows) {
  auto cursor = connection.select(searchable.selection.sql(), stats);
  if (!cursor) return fail(cursor.error());
  while (!rows.full()) {
    const auto more = read_row(*cursor, searchable, tags, rows);
    if (!more) return fail(more.error());
    if (!*more) break;
    if (!condition.matches(rows.latest())) {
      rows.drop();
    } else if (auto added = rows.add(); !added) {
      return added;
    }
  }
  return {};
}

Result<Rows> selected_rows(Connection& connection, const Searchable& searchable,
                           const Condition& condition, const TagsById& tags, SqlParameters stats,
                           std::int64_t rows_max) {
  auto cursor = connection.select(searchable.selection.sql(), stats);
  if (!cursor) return fail(cursor.error());
  OnlineFirst rows(searchable.selection.columns(), rows_max, 0);
  while (!rows.full()) {
    const auto more = read_row(*cursor, searchable, tags, rows);
    if (!more) return fail(more.error());
    if (!*more) break;
    condition.matches(rows.latest()) ? rows.add() : rows.drop();
  }
  return rows.take();
}

}  // namespace

Result<Rows> Inventory::search(std::string_view what, std::string_view where, State state,
                               std::int64_t limit, const RowParts* parts) const {
  const auto searchable = find_searchable(what);
  if (!searchable) return fail(searchable.error());
  const auto condition = Condition::parse(where, condition_fields(**searchable));
  if (!condition) return fail(condition.error());
  const auto rows_max = checked_limit(limit);
  if (!rows_max) return fail(rows_max.error());

  const auto lease = database_.read();
  auto transaction = Transaction::begin(*lease, Transaction::Kind::read);
  if (!transaction) return fail(transaction.error());
  const auto tags = load_tags(*lease, (*searchable)->tags_sql);
  if (!tags) return fail(tags.error());
  if (parts) {
    const auto walk = [&](std::int64_t stat, RowCollector& rows) {
      return collect(*lease, **searchable, *condition, *tags, {stat, stat}, rows);
    };
    return online_first(state, {(*searchable)->selection.columns(), *rows_max, *parts}, walk);
  }
  const std::int64_t stat_min = state == State::online ? 1 : 0;
  const std::int64_t stat_max = state == State::offline ? 0 : 1;
  return selected_rows(*lease, **searchable, *condition, *tags, {stat_min, stat_max}, *rows_max);
}

}  // namespace mega
