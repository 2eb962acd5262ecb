// Inventory: changes servers.
#include "inventory/store/inventory.h"
#include "inventory/store/rules.h"

namespace mega {
namespace {

ServerRecord new_server(const std::string& ip, Time now) {
  return ServerRecord{.ip = ip,
                      .name = ip,
                      .os = "Linux",
                      .plant = {},
                      .online_date = now,
                      .cluster = {},
                      .site = {},
                      .tags = {}};
}

void apply(const ServerChange& change, ServerRecord& server) {
  set_if_given(server.ip, change.ip);
  set_if_given(server.name, change.name);
  set_if_given(server.os, change.os);
  set_if_given(server.plant, change.plant);
  set_if_given(server.cluster, change.cluster);
  set_if_given(server.site, change.site);
  set_if_given(server.type, change.type);
  set_if_given(server.owner, change.owner);
  set_if_given(server.stat, change.stat);
  set_if_given(server.online_date, change.online_date);
  set_if_given(server.tags, change.tags);
}

// Empty when the server has no such tag.
std::string tag_of(const ServerRecord& server, const char* name) {
  const auto found = server.tags.find(name);
  return found == server.tags.end() ? std::string() : found->second;
}

// Marks a tag `daemon` that the caller may not decide. One that was there before for the same
// address, unmarked, stays so.
void mark_unconfirmed(const Author& author, const ServerChange& change,
                      const std::optional<ServerRecord>& before, ServerRecord& after) {
  if (!change.may_confirm) return;
  after.tags.erase(unconfirmed_daemon_tag);
  const std::string daemon = tag_of(after, daemon_tag);
  if (daemon.empty()) return;
  const bool stays = before && before->ip == after.ip && tag_of(*before, daemon_tag) == daemon &&
                     !before->tags.contains(unconfirmed_daemon_tag);
  if (!stays && !change.may_confirm(after.ip)) after.tags[unconfirmed_daemon_tag] = author.who;
}

Result<void> refuse_while_needed(Writing& writing, const ServerRecord& server) {
  auto cursor = writing.connection.select(
      "SELECT port FROM instance WHERE server_id = ? AND stat = 1 ORDER BY port", {server.id});
  if (!cursor) return fail(cursor.error());
  std::string ports;
  int count = 0;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) break;
    if (++count <= 5) ports += (count > 1 ? ", " : "") + std::to_string(cursor->integer(0));
  }
  if (count == 0) return {};
  if (count > 5) ports += ", ...";
  return fail(Errc::refused, "server {} still has {} online instance{} (port {}): delete {} first",
              server.ip, count, count == 1 ? "" : "s", ports, count == 1 ? "it" : "them");
}

Result<std::int64_t> save_server(Writing& writing, const std::optional<ServerRecord>& before,
                                 const ServerRecord& after) {
  if (before && before->ip != after.ip) {
    const auto taken = load_server(writing.connection, after.ip);
    if (!taken) return fail(taken.error());
    if (*taken) {
      return fail(Errc::already_exists, "server {} exists already (id {})", after.ip, (*taken)->id);
    }
  }
  if (before && before->stat == 1 && after.stat == 0) {
    if (auto free = refuse_while_needed(writing, *before); !free) return fail(free.error());
  }
  return save(writing, before, after);
}

Result<ServerRecord> known_server(Writing& writing, const std::string& ip) {
  auto server = load_server(writing.connection, ip);
  if (!server) return fail(server.error());
  if (!*server) return fail(Errc::not_found, "there is no server {}", ip);
  return std::move(**server);
}

}  // namespace

Result<ServerRecord> need_server(Writing& writing, const std::string& ip) {
  const auto before = load_server(writing.connection, ip);
  if (!before) return fail(before.error());
  if (*before && (*before)->stat == 1) return **before;
  ServerRecord after = *before ? **before : new_server(ip, writing.now);
  after.stat = 1;
  after.online_date = writing.now;
  const auto id = save(writing, *before, after);
  if (!id) return fail(id.error());
  after.id = *id;
  return after;
}

Result<void> Inventory::add_server(const Author& author, const std::string& ip,
                                   const ServerChange& change) {
  return write(database_, author, [&](Writing& writing) -> Result<void> {
    const auto before = load_server(writing.connection, ip);
    if (!before) return fail(before.error());
    ServerRecord after = *before ? **before : new_server(ip, writing.now);
    if (after.stat == 0) {
      after.stat = 1;
      after.online_date = writing.now;
    }
    ServerChange given = change;
    given.ip.reset();  // the address is the key
    apply(given, after);
    mark_unconfirmed(author, change, *before, after);
    return done(save_server(writing, *before, after));
  });
}

Result<void> Inventory::mod_server(const Author& author, const std::string& ip,
                                   const ServerChange& change) {
  return write(database_, author, [&](Writing& writing) -> Result<void> {
    const auto before = known_server(writing, ip);
    if (!before) return fail(before.error());
    ServerRecord after = *before;
    apply(change, after);
    mark_unconfirmed(author, change, *before, after);
    return done(save_server(writing, std::optional(*before), after));
  });
}

Result<void> Inventory::del_server(const Author& author, const std::string& ip) {
  return mod_server(author, ip, ServerChange{.stat = 0});
}

}  // namespace mega
