#include "inventory/store/records.h"

#include "value/json.h"

namespace mega {
namespace {

Result<Tags> load_tags(Connection& connection, std::string_view sql, std::int64_t id) {
  auto cursor = connection.select(sql, {id});
  if (!cursor) return fail(cursor.error());
  Tags tags;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return tags;
    tags.emplace(cursor->text(0), cursor->text(1));
  }
}

struct TagStatements {
  std::string_view clear, insert;
};
constexpr TagStatements server_tags{"DELETE FROM server_tag WHERE server_id = ?",
                                    "INSERT INTO server_tag (server_id, name, value) "
                                    "VALUES (?, ?, ?)"};
constexpr TagStatements instance_tags{"DELETE FROM instance_tag WHERE instance_id = ?",
                                      "INSERT INTO instance_tag (instance_id, name, value) "
                                      "VALUES (?, ?, ?)"};

Result<void> save_tags(Connection& connection, const TagStatements& sql, std::int64_t id,
                       const Tags& tags) {
  if (auto cleared = connection.execute(sql.clear, {id}); !cleared) return fail(cleared.error());
  for (const auto& [name, value] : tags) {
    auto added =
        connection.execute(sql.insert, {id, std::string_view(name), std::string_view(value)});
    if (!added) return fail(added.error());
  }
  return {};
}

Map map_of(const Tags& tags) {
  Map map;
  for (const auto& [name, value] : tags) map.set(name, value);
  return map;
}

constexpr std::string_view instance_columns =
    "SELECT i.id, s.ip, i.port, i.server_id, i.name, i.level, i.owner, i.business, i.db_type, "
    "i.ha_type, i.role, i.version, i.master_id, i.slowlog, i.stat, i.online_date, i.cluster, "
    "i.site FROM instance i JOIN server s ON s.id = i.server_id ";

InstanceRecord instance_at(const Cursor& row) {
  return InstanceRecord{.id = row.integer(0),
                        .ip = std::string(row.text(1)),
                        .port = row.integer(2),
                        .server_id = row.integer(3),
                        .name = std::string(row.text(4)),
                        .level = row.integer(5),
                        .owner = row.integer(6),
                        .business = row.integer(7),
                        .db_type = std::string(row.text(8)),
                        .ha_type = std::string(row.text(9)),
                        .role = row.integer(10),
                        .version = std::string(row.text(11)),
                        .master_id = row.integer(12),
                        .slowlog = row.integer(13),
                        .stat = row.integer(14),
                        .online_date = Time{row.integer(15)},
                        .cluster = std::string(row.text(16)),
                        .site = std::string(row.text(17)),
                        .tags = {}};
}

Result<std::optional<InstanceRecord>> select_instance(Connection& connection,
                                                      const std::string& sql,
                                                      SqlParameters parameters) {
  auto cursor = connection.select(sql, parameters);
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  InstanceRecord instance = instance_at(*cursor);
  auto tags = load_tags(connection, "SELECT name, value FROM instance_tag WHERE instance_id = ?",
                        instance.id);
  if (!tags) return fail(tags.error());
  instance.tags = std::move(*tags);
  return instance;
}

Result<void> done(const Result<std::int64_t>& changed) {
  if (!changed) return fail(changed.error());
  return {};
}

}  // namespace

Result<std::optional<ServerRecord>> load_server(Connection& connection, std::string_view ip) {
  auto cursor = connection.select(
      "SELECT id, ip, name, os, stat, type, plant, owner, online_date, cluster, site "
      "FROM server WHERE ip = ?",
      {ip});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  ServerRecord server{.id = cursor->integer(0),
                      .ip = std::string(cursor->text(1)),
                      .name = std::string(cursor->text(2)),
                      .os = std::string(cursor->text(3)),
                      .stat = cursor->integer(4),
                      .type = cursor->integer(5),
                      .plant = std::string(cursor->text(6)),
                      .owner = cursor->integer(7),
                      .online_date = Time{cursor->integer(8)},
                      .cluster = std::string(cursor->text(9)),
                      .site = std::string(cursor->text(10)),
                      .tags = {}};
  auto tags =
      load_tags(connection, "SELECT name, value FROM server_tag WHERE server_id = ?", server.id);
  if (!tags) return fail(tags.error());
  server.tags = std::move(*tags);
  return server;
}

Result<std::optional<InstanceRecord>> load_instance(Connection& connection, std::string_view ip,
                                                    std::int64_t port) {
  static const std::string sql = std::string(instance_columns) + "WHERE s.ip = ? AND i.port = ?";
  return select_instance(connection, sql, {ip, port});
}

Result<std::optional<InstanceRecord>> load_instance(Connection& connection, std::int64_t id) {
  static const std::string sql = std::string(instance_columns) + "WHERE i.id = ?";
  return select_instance(connection, sql, {id});
}

Result<std::optional<DatabaseRecord>> load_database(Connection& connection, std::string_view ip,
                                                    std::int64_t port, std::string_view name) {
  auto cursor = connection.select(
      "SELECT d.id, s.ip, i.port, d.instance_id, d.name, d.level, d.owner, d.business, d.stat, "
      "d.online_date FROM server s JOIN instance i ON i.server_id = s.id "
      "JOIN `databases` d ON d.instance_id = i.id WHERE s.ip = ? AND i.port = ? AND d.name = ?",
      {ip, port, name});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  return DatabaseRecord{.id = cursor->integer(0),
                        .ip = std::string(cursor->text(1)),
                        .port = cursor->integer(2),
                        .instance_id = cursor->integer(3),
                        .name = std::string(cursor->text(4)),
                        .level = cursor->integer(5),
                        .owner = cursor->integer(6),
                        .business = cursor->integer(7),
                        .stat = cursor->integer(8),
                        .online_date = Time{cursor->integer(9)}};
}

Result<std::int64_t> insert(Connection& connection, const ServerRecord& s) {
  auto added = connection.execute(
      "INSERT INTO server (ip, name, os, stat, type, plant, owner, online_date, cluster, site) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {std::string_view(s.ip), std::string_view(s.name), std::string_view(s.os), s.stat, s.type,
       std::string_view(s.plant), s.owner, s.online_date.seconds, std::string_view(s.cluster),
       std::string_view(s.site)});
  if (!added) return fail(added.error());
  const std::int64_t id = connection.last_insert_id();
  auto tagged = save_tags(connection, server_tags, id, s.tags);
  if (!tagged) return fail(tagged.error());
  return id;
}

Result<std::int64_t> insert(Connection& connection, const InstanceRecord& i) {
  auto added = connection.execute(
      "INSERT INTO instance (server_id, port, name, level, owner, business, db_type, ha_type, "
      "role, version, master_id, slowlog, stat, online_date, cluster, site) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {i.server_id, i.port, std::string_view(i.name), i.level, i.owner, i.business,
       std::string_view(i.db_type), std::string_view(i.ha_type), i.role,
       std::string_view(i.version), i.master_id, i.slowlog, i.stat, i.online_date.seconds,
       std::string_view(i.cluster), std::string_view(i.site)});
  if (!added) return fail(added.error());
  const std::int64_t id = connection.last_insert_id();
  auto tagged = save_tags(connection, instance_tags, id, i.tags);
  if (!tagged) return fail(tagged.error());
  return id;
}

Result<std::int64_t> insert(Connection& connection, const DatabaseRecord& d) {
  auto added = connection.execute(
      "INSERT INTO `databases` (instance_id, name, level, owner, business, stat, online_date) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      {d.instance_id, std::string_view(d.name), d.level, d.owner, d.business, d.stat,
       d.online_date.seconds});
  if (!added) return fail(added.error());
  return connection.last_insert_id();
}

Result<void> update(Connection& connection, const ServerRecord& s) {
  auto changed = connection.execute(
      "UPDATE server SET ip = ?, name = ?, os = ?, stat = ?, type = ?, plant = ?, owner = ?, "
      "online_date = ?, cluster = ?, site = ? WHERE id = ?",
      {std::string_view(s.ip), std::string_view(s.name), std::string_view(s.os), s.stat, s.type,
       std::string_view(s.plant), s.owner, s.online_date.seconds, std::string_view(s.cluster),
       std::string_view(s.site), s.id});
  if (!changed) return fail(changed.error());
  return save_tags(connection, server_tags, s.id, s.tags);
}

Result<void> update(Connection& connection, const InstanceRecord& i) {
  auto changed = connection.execute(
      "UPDATE instance SET server_id = ?, port = ?, name = ?, level = ?, owner = ?, business = ?, "
      "db_type = ?, ha_type = ?, role = ?, version = ?, master_id = ?, slowlog = ?, stat = ?, "
      "online_date = ?, cluster = ?, site = ? WHERE id = ?",
      {i.server_id, i.port, std::string_view(i.name), i.level, i.owner, i.business,
       std::string_view(i.db_type), std::string_view(i.ha_type), i.role,
       std::string_view(i.version), i.master_id, i.slowlog, i.stat, i.online_date.seconds,
       std::string_view(i.cluster), std::string_view(i.site), i.id});
  if (!changed) return fail(changed.error());
  return save_tags(connection, instance_tags, i.id, i.tags);
}

Result<void> update(Connection& connection, const DatabaseRecord& d) {
  return done(connection.execute(
      "UPDATE `databases` SET instance_id = ?, name = ?, level = ?, owner = ?, business = ?, "
      "stat = ?, online_date = ? WHERE id = ?",
      {d.instance_id, std::string_view(d.name), d.level, d.owner, d.business, d.stat,
       d.online_date.seconds, d.id}));
}

std::string to_json(const ServerRecord& s) {
  return to_json(Value(Map{{"id", s.id},
                           {"ip", s.ip},
                           {"name", s.name},
                           {"os", s.os},
                           {"stat", s.stat},
                           {"type", s.type},
                           {"plant", s.plant},
                           {"owner", s.owner},
                           {"online_date", s.online_date},
                           {"cluster", s.cluster},
                           {"site", s.site},
                           {"tags", map_of(s.tags)}}));
}

std::string to_json(const InstanceRecord& i) {
  return to_json(Value(Map{{"id", i.id},
                           {"ip", i.ip},
                           {"port", i.port},
                           {"server_id", i.server_id},
                           {"name", i.name},
                           {"level", i.level},
                           {"owner", i.owner},
                           {"business", i.business},
                           {"db_type", i.db_type},
                           {"ha_type", i.ha_type},
                           {"role", i.role},
                           {"version", i.version},
                           {"master_id", i.master_id},
                           {"slowlog", i.slowlog},
                           {"stat", i.stat},
                           {"online_date", i.online_date},
                           {"cluster", i.cluster},
                           {"site", i.site},
                           {"tags", map_of(i.tags)}}));
}

std::string to_json(const DatabaseRecord& d) {
  return to_json(Value(Map{{"id", d.id},
                           {"ip", d.ip},
                           {"port", d.port},
                           {"instance_id", d.instance_id},
                           {"name", d.name},
                           {"level", d.level},
                           {"owner", d.owner},
                           {"business", d.business},
                           {"stat", d.stat},
                           {"online_date", d.online_date}}));
}

std::string to_json(const Named& n) {
  return to_json(
      Value(Map{{"id", n.id}, {"name", n.name}, {"comment", n.comment}, {"stat", n.stat}}));
}

}  // namespace mega
