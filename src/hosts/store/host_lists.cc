// HostStore: reads what daemons have reported.
#include "audit/writing.h"
#include "hosts/store/host_store.h"
#include "sql/selection.h"
#include "value/condition.h"

namespace mega {
namespace {

// Matches an instance to the inventory by the address of its server; an instance that is offline
// there does not match.
constexpr const char* same_instance =
    "SELECT 1 FROM server s JOIN instance i ON i.server_id = s.id "
    "WHERE s.ip = c.ip AND i.port = f.port AND i.stat = 1";

const std::string unknown_count =
    std::string(
        "(SELECT count(*) FROM client_instance f WHERE f.client_id = c.id AND f.port > 0 "
        "AND f.contained = 0 AND NOT EXISTS (") +
    same_instance + "))";

constexpr const char* vanished_count =
    "(SELECT count(*) FROM server s JOIN instance i ON i.server_id = s.id "
    "WHERE s.ip = c.ip AND i.stat = 1 AND c.instances IS NOT NULL AND NOT EXISTS ("
    "SELECT 1 FROM client_instance f WHERE f.client_id = c.id AND f.port = i.port))";

const std::vector<Field>& client_fields() {
  static const std::vector<Field> fields{
      {"id", "c.id", FieldKind::number},
      {"name", "c.name"},
      {"ip", "c.ip", FieldKind::address},
      {"version", "c.version", FieldKind::version},
      {"last_heartbeat", "c.last_heartbeat", FieldKind::time},
      {"first_seen", "c.first_seen", FieldKind::time},
      {"host_name", "c.host_name"},
      {"os", "c.os"},
      {"kernel", "c.kernel"},
      {"uptime", "c.uptime", FieldKind::number},
      {"clock_offset", "c.clock_offset", FieldKind::number},
      {"registered", "EXISTS (SELECT 1 FROM server s WHERE s.ip = c.ip AND s.stat = 1)",
       FieldKind::number},
      {"instances", "(SELECT count(*) FROM client_instance f WHERE f.client_id = c.id)",
       FieldKind::number},
      {"unknown", unknown_count.c_str(), FieldKind::number},
      {"vanished", vanished_count, FieldKind::number},
      {"facts", "c.facts"},
  };
  return fields;
}

// Joins reported instances and the inventory; one SELECT for each way in which they differ.
constexpr const char* differences = R"(FROM (
SELECT CASE WHEN f.contained = 1 THEN 'contained' WHEN i.id IS NOT NULL THEN 'offline' ELSE 'found' END AS state,
  c.ip, f.port, c.name AS client, f.db_type, f.version, i.version AS known_version, f.socket, f.data_folder,
  f.first_seen AS since
  FROM client c JOIN client_instance f ON f.client_id = c.id
  LEFT JOIN server s ON s.ip = c.ip LEFT JOIN instance i ON i.server_id = s.id AND i.port = f.port
  WHERE c.ip <> '' AND (i.id IS NULL OR i.stat = 0)
UNION ALL
SELECT 'version', c.ip, f.port, c.name, f.db_type, f.version, i.version, f.socket, f.data_folder, f.first_seen
  FROM client c JOIN client_instance f ON f.client_id = c.id
  JOIN server s ON s.ip = c.ip JOIN instance i ON i.server_id = s.id AND i.port = f.port
  WHERE i.stat = 1 AND f.version <> '' AND i.version <> '' AND substr(f.version, 1, length(i.version)) <> i.version
UNION ALL
SELECT 'vanished', c.ip, i.port, c.name, i.db_type, '', i.version, '', '', NULL
  FROM client c JOIN server s ON s.ip = c.ip JOIN instance i ON i.server_id = s.id
  WHERE i.stat = 1 AND c.instances IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM client_instance f WHERE f.client_id = c.id AND f.port = i.port)
) d ORDER BY d.ip, d.port, d.state)";

const std::vector<Field>& discovered_fields() {
  static const std::vector<Field> fields{
      {"state", "d.state"},
      {"ip", "d.ip", FieldKind::address},
      {"port", "d.port", FieldKind::number},
      {"client", "d.client"},
      {"db_type", "d.db_type"},
      {"version", "d.version", FieldKind::version},
      {"known_version", "d.known_version", FieldKind::version},
      {"socket", "d.socket"},
      {"data_folder", "d.data_folder"},
      {"since", "d.since", FieldKind::time},
  };
  return fields;
}

std::vector<ConditionField> condition_fields() {
  std::vector<ConditionField> fields;
  for (const Field& field : discovered_fields()) {
    fields.push_back({field.name, field.kind, fields.size(), {}});
  }
  return fields;
}

}  // namespace

Result<Rows> HostStore::clients() const {
  static const Selection all(client_fields(), "FROM client c ORDER BY c.name");
  if (auto written = write_heartbeats(); !written) return fail(written.error());
  const auto lease = database_.read();
  return all.rows(*lease, {});
}

Result<std::optional<Row>> HostStore::client(std::string_view name) const {
  static const Selection one(client_fields(), "FROM client c WHERE c.name = ? OR c.ip = ?");
  if (auto written = write_heartbeats(); !written) return fail(written.error());
  const auto lease = database_.read();
  return one.row(*lease, {name, name});
}

Result<Rows> HostStore::client_instances(std::string_view name) const {
  static const Selection all({{"port", "f.port", FieldKind::number},
                              {"socket", "f.socket"},
                              {"data_folder", "f.data_folder"},
                              {"db_type", "f.db_type"},
                              {"version", "f.version", FieldKind::version},
                              {"version_text", "f.version_text"},
                              {"contained", "f.contained", FieldKind::number},
                              {"first_seen", "f.first_seen", FieldKind::time}},
                             "FROM client c JOIN client_instance f ON f.client_id = c.id "
                             "WHERE c.name = ? OR c.ip = ? ORDER BY f.port, f.socket");
  const auto lease = database_.read();
  return all.rows(*lease, {name, name});
}

Result<Rows> HostStore::discovered(std::string_view where, std::int64_t limit) const {
  static const Selection all(discovered_fields(), differences);
  const auto condition = Condition::parse(where, condition_fields());
  if (!condition) return fail(condition.error());
  const auto rows_max = checked_limit(limit);
  if (!rows_max) return fail(rows_max.error());
  if (auto written = write_heartbeats(); !written) return fail(written.error());

  const auto lease = database_.read();
  auto cursor = lease->select(all.sql());
  if (!cursor) return fail(cursor.error());
  Rows rows{.columns = all.columns(), .cells = {}};
  while (static_cast<std::int64_t>(rows.size()) < *rows_max) {
    const auto more = cursor->next();
    if (!more) return fail(more.error());
    if (!*more) break;
    const std::size_t begin = rows.cells.size();
    all.append(*cursor, rows.cells);
    if (!condition->matches(std::span<const Value>(rows.cells).subspan(begin))) {
      rows.cells.resize(begin);
    }
  }
  return rows;
}

}  // namespace mega
