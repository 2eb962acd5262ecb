// HostStore: stores heartbeats.
//
// A heartbeat binds a name to an address. A new binding is written at once, with a row in the
// audit; other heartbeats are not audited and are written in batches (pending_heartbeats.h).
#include "access/store/certificates.h"
#include "audit/writing.h"
#include "base/text.h"
#include "hosts/store/host_model.h"
#include "hosts/store/host_store.h"
#include "value/json.h"

namespace mega {
namespace {

using Instances = std::vector<ClientInstance>;

Value value_of(const ClientInstance& each) {
  return Value(Map{{"port", each.port},
                   {"socket", each.socket},
                   {"data_folder", each.data_folder},
                   {"db_type", each.db_type},
                   {"version", each.version},
                   {"version_text", each.version_text},
                   {"contained", each.contained}});
}

std::string to_json(const Instances& instances) {
  List list;
  for (const ClientInstance& each : instances) list.push_back(value_of(each));
  return mega::to_json(Value(std::move(list)));
}

SqlParameter or_null(const std::optional<std::int64_t>& number) {
  return number ? SqlParameter(*number) : SqlParameter(std::monostate());
}

Result<bool> has_row(Connection& connection, std::string_view sql, SqlParameters parameters) {
  auto cursor = connection.select(sql, parameters);
  if (!cursor) return fail(cursor.error());
  return cursor->next();
}

// Empty when there is no row.
Result<std::string> text_of(Connection& connection, std::string_view sql,
                            SqlParameters parameters) {
  auto cursor = connection.select(sql, parameters);
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  return *row ? std::string(cursor->text(0)) : std::string();
}

Result<std::string> holder_of(Connection& connection, std::string_view ip, std::string_view but,
                              Time now) {
  return text_of(connection,
                 "SELECT c.name FROM client c WHERE c.ip = ? AND c.name <> ? AND EXISTS ("
                 "SELECT 1 FROM certificate k LEFT JOIN revocation r ON r.name = k.name "
                 "WHERE k.name = c.name AND k.until >= ? AND k.issued > coalesce(r.time, -1)) "
                 "ORDER BY c.name LIMIT 1",
                 {ip, but, still_counts_until(now)});
}

Result<bool> is_named(Connection& connection, std::string_view name, std::string_view ip) {
  return has_row(connection, "SELECT 1 FROM server WHERE ip = ? AND name = ? AND stat = 1",
                 {ip, name});
}

Result<HostClaim> claim_of(Connection& connection, std::string_view name, std::string_view ip,
                           Time now) {
  const auto bound =
      has_row(connection, "SELECT 1 FROM client WHERE name = ? AND ip = ?", {name, ip});
  if (!bound) return fail(bound.error());
  const auto named = is_named(connection, name, ip);
  if (!named) return fail(named.error());
  auto holder = holder_of(connection, ip, name, now);
  if (!holder) return fail(holder.error());
  return HostClaim{.bound = *bound, .named = *named, .holder = *std::move(holder)};
}

// --- one heartbeat in a transaction ---

Result<void> write_instance(Writing& writing, std::int64_t client, const ClientInstance& each) {
  const std::string_view folder = each.data_folder, type = each.db_type, version = each.version;
  const std::string_view text = each.version_text, socket = each.socket;
  const std::int64_t contained = each.contained ? 1 : 0;
  auto kept = writing.connection.execute(
      "UPDATE client_instance SET data_folder = ?, db_type = ?, version = ?, version_text = ?, "
      "contained = ?, seen = 1 WHERE client_id = ? AND port = ? AND socket = ?",
      {folder, type, version, text, contained, client, each.port, socket});
  if (kept && *kept == 0) {
    kept = writing.connection.execute(
        "INSERT INTO client_instance (data_folder, db_type, version, version_text, contained, "
        "client_id, port, socket, first_seen, seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)",
        {folder, type, version, text, contained, client, each.port, socket, writing.now.seconds});
  }
  if (!kept) return fail(kept.error());
  return {};
}

// Instances that are still present keep their first_seen.
Result<void> replace_instances(Writing& writing, std::int64_t client, const Instances& instances) {
  auto marked = writing.connection.execute(
      "UPDATE client_instance SET seen = 0 WHERE client_id = ?", {client});
  if (!marked) return fail(marked.error());
  for (const ClientInstance& each : instances) {
    if (auto kept = write_instance(writing, client, each); !kept) return kept;
  }
  auto gone = writing.connection.execute(
      "DELETE FROM client_instance WHERE client_id = ? AND seen = 0", {client});
  if (!gone) return fail(gone.error());
  return {};
}

Result<void> write_told(Writing& writing, const Heartbeat& heartbeat, Time time) {
  auto updated = writing.connection.execute(
      "UPDATE client SET ip = ?, version = ?, host_name = ?, os = ?, kernel = ?, uptime = ?, "
      "clock_offset = ?, facts = ?, last_heartbeat = ? WHERE name = ?",
      {std::string_view(heartbeat.ip), std::string_view(heartbeat.version),
       std::string_view(heartbeat.host_name), std::string_view(heartbeat.os),
       std::string_view(heartbeat.kernel), or_null(heartbeat.uptime_s),
       or_null(heartbeat.clock_offset_s), std::string_view(heartbeat.facts), time.seconds,
       std::string_view(heartbeat.name)});
  if (!updated) return fail(updated.error());
  if (!heartbeat.instances) return {};

  const std::string told = to_json(*heartbeat.instances);
  std::int64_t client = 0;
  {
    auto cursor = writing.connection.select("SELECT id, instances FROM client WHERE name = ?",
                                            {std::string_view(heartbeat.name)});
    if (!cursor) return fail(cursor.error());
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row || (!cursor->is_none(1) && cursor->text(1) == told)) return {};
    client = cursor->integer(0);
  }
  auto noted = writing.connection.execute("UPDATE client SET instances = ? WHERE id = ?",
                                          {std::string_view(told), client});
  if (!noted) return fail(noted.error());
  return replace_instances(writing, client, *heartbeat.instances);
}

// Binds the address to the name. A daemon of 2014 that was known only by that address is the same
// host and is deleted; any other name that had the address has none until its own next heartbeat.
Result<void> take_address(Writing& writing, const std::string& name, const std::string& ip) {
  auto forgotten =
      writing.connection.execute("DELETE FROM client WHERE ip = ? AND name = ip AND name <> ?",
                                 {std::string_view(ip), std::string_view(name)});
  if (!forgotten) return fail(forgotten.error());
  auto freed = writing.connection.execute("UPDATE client SET ip = '' WHERE ip = ? AND name <> ?",
                                          {std::string_view(ip), std::string_view(name)});
  if (!freed) return fail(freed.error());
  return {};
}

// Hosts that neither a certificate nor the inventory vouches for: a peer of 2014 may call from many
// addresses.
constexpr std::int64_t unknown_hosts_max = 1000;

// Whether the store has room for one more such host.
Result<bool> has_room(Connection& connection) {
  auto cursor = connection.select(
      "SELECT COUNT(*) FROM client c WHERE c.name = c.ip AND NOT EXISTS (SELECT 1 FROM server s "
      "WHERE s.ip = c.ip AND s.stat = 1)");
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  return cursor->integer(0) < unknown_hosts_max;
}

Result<void> bind(Writing& writing, const Heartbeat& heartbeat) {
  const std::string_view name = heartbeat.name;
  const auto known = has_row(writing.connection, "SELECT 1 FROM client WHERE name = ?", {name});
  if (!known) return fail(known.error());
  const auto former = text_of(writing.connection, "SELECT ip FROM client WHERE name = ?", {name});
  if (!former) return fail(former.error());
  if (auto taken = take_address(writing, heartbeat.name, heartbeat.ip); !taken) return taken;
  if (!*known) {
    auto added = writing.connection.execute(
        "INSERT INTO client (name, ip, version, host_name, os, kernel, facts, first_seen, "
        "last_heartbeat) VALUES (?, '', '', '', '', '', '', ?, 0)",
        {name, writing.now.seconds});
    if (!added) return fail(added.error());
  }
  if (auto told = write_told(writing, heartbeat, writing.now); !told) return told;
  const auto json = [&](const std::string& ip) {
    return mega::to_json(Value(Map{{"client", heartbeat.name}, {"ip", ip}}));
  };
  return add_audit_row(writing, *known ? std::optional(json(*former)) : std::nullopt,
                       json(heartbeat.ip));
}

}  // namespace

Result<HostClaim> HostStore::host_claim(std::string_view name, std::string_view ip) const {
  const auto lease = database_.read();
  return claim_of(*lease, name, ip, database_.clock().now());
}

Result<std::string> HostStore::address_of(std::string_view name) const {
  const auto lease = database_.read();
  return text_of(*lease, "SELECT ip FROM client WHERE name = ?", {name});
}

Result<bool> HostStore::take_heartbeat(const Author& author, const Heartbeat& heartbeat) {
  bool registered = false, is_new = false, is_anothers = false, room = true;
  {
    const auto lease = database_.read();
    const auto known = has_row(*lease, "SELECT 1 FROM server WHERE ip = ? AND stat = 1",
                               {std::string_view(heartbeat.ip)});
    if (!known) return fail(known.error());
    registered = *known;
    const auto claim = claim_of(*lease, heartbeat.name, heartbeat.ip, database_.clock().now());
    if (!claim) return fail(claim.error());
    is_new = !claim->bound;
    is_anothers = !claim->holder.empty() && heartbeat.name == heartbeat.ip;
    if (is_new && !registered && heartbeat.name == heartbeat.ip) {
      const auto has = has_room(*lease);
      if (!has) return fail(has.error());
      room = *has;
    }
  }
  // A daemon of 2014 beside a daemon of ours on the same host: ignored.
  if (is_anothers || !room) return registered;
  if (is_new) {
    auto bound =
        write(database_, author, [&](Writing& writing) { return bind(writing, heartbeat); });
    if (!bound) return fail(bound.error());
    return registered;
  }
  if (heartbeats_.add(heartbeat, database_.clock().now(), database_.clock().steady())) {
    if (auto written = write_heartbeats(); !written) return fail(written.error());
  }
  return registered;
}

Result<void> HostStore::del_client(const Author& author, const std::string& name) {
  return write(database_, author, [&](Writing& writing) -> Result<void> {
    const std::string_view gone = name;
    const auto ip = text_of(writing.connection, "SELECT ip FROM client WHERE name = ?", {gone});
    if (!ip) return fail(ip.error());
    auto instances = writing.connection.execute(
        "DELETE FROM client_instance WHERE client_id IN (SELECT id FROM client WHERE name = ?)",
        {gone});
    if (!instances) return fail(instances.error());
    auto deleted = writing.connection.execute("DELETE FROM client WHERE name = ?", {gone});
    if (!deleted) return fail(deleted.error());
    if (*deleted == 0)
      return fail(Errc::not_found, "no host {} has sent a heartbeat", quoted(name));
    const Value former(Map{{"client", name}, {"ip", *ip}});
    return add_audit_row(writing, mega::to_json(former), "{}");
  });
}

Result<void> HostStore::write_heartbeats() const {
  const std::lock_guard lock(heartbeats_.writing());
  const auto pending = heartbeats_.take();
  if (pending.empty()) return {};
  return write(database_, Author{}, [&](Writing& writing) -> Result<void> {
    for (const auto& [heartbeat, time] : pending) {
      if (auto told = write_told(writing, heartbeat, time); !told) return told;
    }
    return {};
  });
}

HostStore::~HostStore() {
  (void)write_heartbeats();  // errors are ignored: the next heartbeats replace these
}

}  // namespace mega
