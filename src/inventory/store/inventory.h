// Inventory: servers, instances and databases, their owners and businesses. Rows have the columns
// that callers of 2014 expect, in the order of docs/FUNCTIONS.md.
//
// Thread-safe; every method may block. Must not outlive the Database.
#pragma once

#include "inventory/store/model.h"
#include "sql/database.h"
#include "trust/author.h"
#include "value/listing.h"
#include "value/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

// Row counts, including offline rows.
struct InventoryCounts {
  std::int64_t servers = 0, instances = 0, databases = 0;
};

class Inventory {
 public:
  explicit Inventory(Database& database) : database_(database) {}

  //  --- reading ---
  Result<Rows> servers(const Listing& listing) const;
  Result<Rows> instances(const Listing& listing) const;
  Result<Rows> databases(const Listing& listing) const;
  // One record with the same columns; nullopt: unknown.
  Result<std::optional<Row>> server(std::string_view ip) const;
  Result<std::optional<Row>> instance(std::string_view ip, std::int64_t port) const;
  Result<std::optional<Row>> database(std::string_view ip, std::int64_t port,
                                      std::string_view name) const;
  Result<Rows> owners() const;      // id, name, comment, stat
  Result<Rows> businesses() const;  // the same
  Result<InventoryCounts> counts() const;
  // The rows that a condition (value/condition.h) selects; `what` is "server", "instance" or
  // "database". Columns as in the lists, then cluster, site, tags. Errors: invalid_argument with a
  // caret under the mistake in `where`.
  Result<Rows> search(std::string_view what, std::string_view where, State state,
                      std::int64_t limit, const RowParts* parts = nullptr) const;
  //  --- writing. Errors besides those of the disk: already_exists, not_found, refused (still
  //  needed), invalid_argument ---
  Result<void> add_server(const Author& author, const std::string& ip, const ServerChange& change);
  Result<void> mod_server(const Author& author, const std::string& ip, const ServerChange& change);
  Result<void> del_server(const Author& author, const std::string& ip);
  Result<void> add_instance(const Author& author, const std::string& ip, std::int64_t port,
                            const InstanceChange& change);
  Result<void> mod_instance(const Author& author, const std::string& ip, std::int64_t port,
                            const InstanceChange& change);
  Result<void> del_instance(const Author& author, const std::string& ip, std::int64_t port);
  Result<void> add_database(const Author& author, const std::string& ip, std::int64_t port,
                            const std::string& name, const DatabaseChange& change);
  Result<void> mod_database(const Author& author, const std::string& ip, std::int64_t port,
                            const std::string& name, const DatabaseChange& change);
  Result<void> del_database(const Author& author, const std::string& ip, std::int64_t port,
                            const std::string& name);
  Result<std::int64_t> add_owner(const Author& author,
                                 const Named& owner);  // id 0: the next free one; returns the id
  Result<void> mod_owner(const Author& author, std::int64_t id, const NamedChange& change);
  Result<std::int64_t> add_business(const Author& author, const Named& business);
  Result<void> mod_business(const Author& author, std::int64_t id, const NamedChange& change);

 private:
  Database& database_;
};

}  // namespace mega
