// Inventory: changes databases.
#include "base/text.h"
#include "inventory/store/inventory.h"
#include "inventory/store/rules.h"

namespace mega {
namespace {

void apply(const DatabaseChange& change, DatabaseRecord& database) {
  set_if_given(database.name, change.name);
  set_if_given(database.level, change.level);
  set_if_given(database.owner, change.owner);
  set_if_given(database.business, change.business);
  set_if_given(database.stat, change.stat);
  set_if_given(database.online_date, change.online_date);
}

// The id of the database's instance. For an offline database it must exist, but may be offline.
Result<std::int64_t> place(Writing& writing, const DatabaseRecord& database) {
  if (database.stat == 0) {
    const auto instance = load_instance(writing.connection, database.ip, database.port);
    if (!instance) return fail(instance.error());
    if (*instance) return (*instance)->id;
  }
  const auto instance = need_instance(writing, database.ip, database.port);
  if (!instance) return fail(instance.error());
  return instance->id;
}

}  // namespace

Result<void> Inventory::add_database(const Author& author, const std::string& ip, std::int64_t port,
                                     const std::string& name, const DatabaseChange& change) {
  return write(database_, author, [&](Writing& writing) -> Result<void> {
    const auto before = load_database(writing.connection, ip, port, name);
    if (!before) return fail(before.error());
    DatabaseRecord after =
        *before ? **before
                : DatabaseRecord{.ip = ip, .port = port, .name = name, .online_date = writing.now};
    if (after.stat == 0) {
      after.stat = 1;
      after.online_date = writing.now;
    }
    DatabaseChange given = change;
    given.name.reset();  // the name is part of the key
    apply(given, after);
    const auto instance_id = place(writing, after);
    if (!instance_id) return fail(instance_id.error());
    after.instance_id = *instance_id;
    return done(save(writing, *before, after));
  });
}

Result<void> Inventory::mod_database(const Author& author, const std::string& ip, std::int64_t port,
                                     const std::string& name, const DatabaseChange& change) {
  return write(database_, author, [&](Writing& writing) -> Result<void> {
    const auto before = load_database(writing.connection, ip, port, name);
    if (!before) return fail(before.error());
    if (!*before) {
      return fail(Errc::not_found, "there is no database {} in {}:{}", quoted(name), ip, port);
    }
    DatabaseRecord after = **before;
    apply(change, after);
    if (after.name != name) {
      const auto taken = load_database(writing.connection, ip, port, after.name);
      if (!taken) return fail(taken.error());
      if (*taken) {
        return fail(Errc::already_exists, "database {} exists already in {}:{} (id {})",
                    quoted(after.name), ip, port, (*taken)->id);
      }
    }
    if (change.stat == 1) {
      if (auto placed = place(writing, after); !placed) return fail(placed.error());
    }
    return done(save(writing, *before, after));
  });
}

Result<void> Inventory::del_database(const Author& author, const std::string& ip, std::int64_t port,
                                     const std::string& name) {
  return mod_database(author, ip, port, name, DatabaseChange{.stat = 0});
}

}  // namespace mega
