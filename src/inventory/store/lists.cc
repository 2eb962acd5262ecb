// Inventory: reads servers, instances and databases.
#include "audit/writing.h"
#include "inventory/store/fields.h"
#include "inventory/store/inventory.h"
#include "sql/selection.h"

#include <algorithm>
#include <limits>

namespace mega {
namespace {

constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

// Any Listing as the parameters of one prepared statement.
struct Bounds {
  std::int64_t stat_min = 0, stat_max = 1;
  std::int64_t role_min = smallest, role_max = largest;
  std::int64_t rows_max = largest;
};

Result<Bounds> bounds_of(const Listing& listing) {
  Bounds bounds;
  if (listing.state == State::online) bounds.stat_min = 1;
  if (listing.state == State::offline) bounds.stat_max = 0;
  if (listing.role) bounds.role_min = bounds.role_max = *listing.role;
  const auto limit = checked_limit(listing.limit);
  if (!limit) return fail(limit.error());
  bounds.rows_max = *limit;
  return bounds;
}

// Streams a long list to the receiver of its parts.
template <class Walk>
Result<Rows> in_parts(Connection& connection, State state, RowCollector rows, const Walk& walk) {
  auto transaction = Transaction::begin(connection, Transaction::Kind::read);
  if (!transaction) return fail(transaction.error());
  return online_first(state, std::move(rows), walk);
}

// The number of rows to reserve, so that a list of the whole inventory is not reallocated while
// it grows.
Result<std::size_t> count(Connection& connection, std::string_view sql, std::int64_t rows_max) {
  auto cursor = connection.select(sql);
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  return static_cast<std::size_t>(std::min(cursor->integer(0), rows_max));
}

}  // namespace

Result<Rows> Inventory::servers(const Listing& listing) const {
  static const Selection list(server_fields,
                              server_tables + "WHERE s.stat >= ? AND s.stat <= ? ORDER BY s.ip");
  const auto bounds = bounds_of(listing);
  if (!bounds) return fail(bounds.error());
  const auto lease = database_.read();
  if (listing.parts) {
    const auto walk = [&](std::int64_t stat, RowCollector& rows) {
      return list.collect(*lease, {stat, stat}, rows);
    };
    return in_parts(*lease, listing.state, {list.columns(), bounds->rows_max, *listing.parts},
                    walk);
  }
  const auto expected = count(*lease, "SELECT count(*) FROM server", bounds->rows_max);
  if (!expected) return fail(expected.error());
  return list.rows_online_first(*lease, {bounds->stat_min, bounds->stat_max}, bounds->rows_max,
                                *expected);
}

Result<Rows> Inventory::instances(const Listing& listing) const {
  static const Selection list(instance_fields,
                              instance_tables +
                                  "WHERE i.stat >= ? AND i.stat <= ? AND i.role >= ? AND "
                                  "i.role <= ? ORDER BY s.ip, i.port");
  const auto bounds = bounds_of(listing);
  if (!bounds) return fail(bounds.error());
  const auto lease = database_.read();
  if (listing.parts) {
    const auto walk = [&](std::int64_t stat, RowCollector& rows) {
      return list.collect(*lease, {stat, stat, bounds->role_min, bounds->role_max}, rows);
    };
    return in_parts(*lease, listing.state, {list.columns(), bounds->rows_max, *listing.parts},
                    walk);
  }
  const auto expected = count(*lease, "SELECT count(*) FROM instance", bounds->rows_max);
  if (!expected) return fail(expected.error());
  return list.rows_online_first(
      *lease, {bounds->stat_min, bounds->stat_max, bounds->role_min, bounds->role_max},
      bounds->rows_max, *expected);
}

Result<Rows> Inventory::databases(const Listing& listing) const {
  static const Selection list(database_fields,
                              database_tables +
                                  "WHERE d.stat * i.stat >= ? AND d.stat * i.stat <= ? "
                                  "ORDER BY s.ip, i.port, d.name");
  const auto bounds = bounds_of(listing);
  if (!bounds) return fail(bounds.error());
  const auto lease = database_.read();
  if (listing.parts) {
    const auto walk = [&](std::int64_t stat, RowCollector& rows) {
      return list.collect(*lease, {stat, stat}, rows);
    };
    return in_parts(*lease, listing.state, {list.columns(), bounds->rows_max, *listing.parts},
                    walk);
  }
  const auto expected = count(*lease, "SELECT count(*) FROM `databases`", bounds->rows_max);
  if (!expected) return fail(expected.error());
  return list.rows_online_first(*lease, {bounds->stat_min, bounds->stat_max}, bounds->rows_max,
                                *expected);
}

Result<std::optional<Row>> Inventory::server(std::string_view ip) const {
  static const Selection one(server_fields, server_tables + "WHERE s.ip = ?");
  const auto lease = database_.read();
  return one.row(*lease, {ip});
}

Result<std::optional<Row>> Inventory::instance(std::string_view ip, std::int64_t port) const {
  static const Selection one(instance_fields, instance_tables + "WHERE s.ip = ? AND i.port = ?");
  const auto lease = database_.read();
  return one.row(*lease, {ip, port});
}

Result<std::optional<Row>> Inventory::database(std::string_view ip, std::int64_t port,
                                               std::string_view name) const {
  static const Selection one(database_fields,
                             database_tables + "WHERE s.ip = ? AND i.port = ? AND d.name = ?");
  const auto lease = database_.read();
  return one.row(*lease, {ip, port, name});
}

Result<InventoryCounts> Inventory::counts() const {
  const auto lease = database_.read();
  InventoryCounts counts;
  for (const auto& [into, sql] :
       {std::pair{&counts.servers, "SELECT count(*) FROM server"},
        std::pair{&counts.instances, "SELECT count(*) FROM instance"},
        std::pair{&counts.databases, "SELECT count(*) FROM `databases`"}}) {
    const auto found = selected_number(*lease, sql);
    if (!found) return fail(found.error());
    *into = *found;
  }
  return counts;
}

}  // namespace mega
