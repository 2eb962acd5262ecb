// Inventory: changes instances.
#include "inventory/store/inventory.h"
#include "inventory/store/rules.h"

#include <string>

namespace mega {
namespace {

InstanceRecord new_instance(const std::string& ip, std::int64_t port, Time now) {
  return InstanceRecord{.ip = ip,
                        .port = port,
                        .name = ip,
                        .db_type = "MySQL",
                        .ha_type = "MS",
                        .version = {},
                        .online_date = now,
                        .cluster = {},
                        .site = {},
                        .tags = {}};
}

void apply(const InstanceChange& change, InstanceRecord& instance) {
  set_if_given(instance.ip, change.ip);
  set_if_given(instance.port, change.port);
  set_if_given(instance.name, change.name);
  set_if_given(instance.db_type, change.db_type);
  set_if_given(instance.ha_type, change.ha_type);
  set_if_given(instance.version, change.version);
  set_if_given(instance.cluster, change.cluster);
  set_if_given(instance.site, change.site);
  set_if_given(instance.level, change.level);
  set_if_given(instance.owner, change.owner);
  set_if_given(instance.business, change.business);
  set_if_given(instance.role, change.role);
  set_if_given(instance.master_id, change.master_id);
  set_if_given(instance.slowlog, change.slowlog);
  set_if_given(instance.stat, change.stat);
  set_if_given(instance.online_date, change.online_date);
  set_if_given(instance.tags, change.tags);
}

Result<void> refuse_while_needed(Writing& writing, const InstanceRecord& master) {
  auto cursor = writing.connection.select(
      "SELECT s.ip, i.port FROM instance i JOIN server s ON s.id = i.server_id "
      "WHERE i.master_id = ? AND i.stat = 1 ORDER BY s.ip, i.port",
      {master.id});
  if (!cursor) return fail(cursor.error());
  std::string slaves;
  int count = 0;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) break;
    if (++count > 5) continue;
    slaves += fmt::format("{}{}:{}", count > 1 ? ", " : "", cursor->text(0), cursor->integer(1));
  }
  if (count == 0) return {};
  if (count > 5) slaves += ", ...";
  return fail(
      Errc::refused,
      "instance {}:{} is the master of {} online slave{} ({}): give {} another master first",
      master.ip, master.port, count, count == 1 ? "" : "s", slaves, count == 1 ? "it" : "them");
}

Result<void> check_master(Writing& writing, const InstanceRecord& instance) {
  if (instance.master_id == 0) return {};
  if (instance.master_id == instance.id) {
    return fail(Errc::invalid_argument, "instance {}:{} cannot be its own master", instance.ip,
                instance.port);
  }
  const auto master = load_instance(writing.connection, instance.master_id);
  if (!master) return fail(master.error());
  if (*master) return {};
  return fail(Errc::invalid_argument, "no instance has the id {} that is to be the master of {}:{}",
              instance.master_id, instance.ip, instance.port);
}

// The id of the instance's server. For an offline instance it must exist, but may be offline.
Result<std::int64_t> place(Writing& writing, const InstanceRecord& instance) {
  if (instance.stat == 0) {
    const auto server = load_server(writing.connection, instance.ip);
    if (!server) return fail(server.error());
    if (*server) return (*server)->id;
  }
  const auto server = need_server(writing, instance.ip);
  if (!server) return fail(server.error());
  return server->id;
}

Result<std::int64_t> save_instance(Writing& writing, const std::optional<InstanceRecord>& before,
                                   InstanceRecord after) {
  if (!before || before->master_id != after.master_id) {
    if (auto checked = check_master(writing, after); !checked) return fail(checked.error());
  }
  const auto server_id = place(writing, after);
  if (!server_id) return fail(server_id.error());
  after.server_id = *server_id;
  if (before && (before->ip != after.ip || before->port != after.port)) {
    const auto taken = load_instance(writing.connection, after.ip, after.port);
    if (!taken) return fail(taken.error());
    if (*taken) {
      return fail(Errc::already_exists, "instance {}:{} exists already (id {})", after.ip,
                  after.port, (*taken)->id);
    }
  }
  if (before && before->stat == 1 && after.stat == 0) {
    if (auto free = refuse_while_needed(writing, *before); !free) return fail(free.error());
  }
  return save(writing, before, after);
}

Result<InstanceRecord> known_instance(Writing& writing, const std::string& ip, std::int64_t port) {
  auto instance = load_instance(writing.connection, ip, port);
  if (!instance) return fail(instance.error());
  if (!*instance) return fail(Errc::not_found, "there is no instance {}:{}", ip, port);
  return std::move(**instance);
}

Result<std::int64_t> add(Writing& writing, const std::string& ip, std::int64_t port,
                         const InstanceChange& change) {
  const auto before = load_instance(writing.connection, ip, port);
  if (!before) return fail(before.error());
  InstanceRecord after = *before ? **before : new_instance(ip, port, writing.now);
  if (after.stat == 0) {
    after.stat = 1;
    after.online_date = writing.now;
  }
  // A new instance with a master is a slave by default.
  if (!*before && change.master_id.value_or(0) != 0) after.role = 2;
  InstanceChange given = change;
  given.ip.reset();  // address and port are the key
  given.port.reset();
  apply(given, after);
  return save_instance(writing, *before, after);
}

}  // namespace

Result<InstanceRecord> need_instance(Writing& writing, const std::string& ip, std::int64_t port) {
  const auto added = add(writing, ip, port, {});
  if (!added) return fail(added.error());
  return known_instance(writing, ip, port);
}

Result<void> Inventory::add_instance(const Author& author, const std::string& ip, std::int64_t port,
                                     const InstanceChange& change) {
  return write(database_, author, [&](Writing& writing) -> Result<void> {
    return done(add(writing, ip, port, change));
  });
}

Result<void> Inventory::mod_instance(const Author& author, const std::string& ip, std::int64_t port,
                                     const InstanceChange& change) {
  return write(database_, author, [&](Writing& writing) -> Result<void> {
    const auto before = known_instance(writing, ip, port);
    if (!before) return fail(before.error());
    InstanceRecord after = *before;
    apply(change, after);
    return done(save_instance(writing, std::optional(*before), after));
  });
}

Result<void> Inventory::del_instance(const Author& author, const std::string& ip,
                                     std::int64_t port) {
  return mod_instance(author, ip, port, InstanceChange{.stat = 0});
}

}  // namespace mega
