// The store of a test: a database and the classes of the modules that all others depend on. A test
// of another module constructs that module's class over `*database`.
#pragma once

#include "access/store/access_store.h"
#include "audit/audit_store.h"
#include "hosts/store/directory.h"
#include "hosts/store/host_store.h"
#include "inventory/store/inventory.h"
#include "sql/database.h"

#include <memory>
#include <utility>

namespace mega {

struct Store {
  static Result<std::unique_ptr<Store>> open(const DatabaseOptions& options, const Clock& clock) {
    auto opened = Database::open(options, clock);
    if (!opened) return fail(opened.error());
    return std::make_unique<Store>(*std::move(opened));
  }
  static Result<std::unique_ptr<Store>> open_in_memory(const Clock& clock) {
    auto opened = Database::open_in_memory(clock);
    if (!opened) return fail(opened.error());
    return std::make_unique<Store>(*std::move(opened));
  }

  explicit Store(std::unique_ptr<Database> opened) : database(std::move(opened)) {}

  const std::unique_ptr<Database> database;
  AuditStore audit{*database};
  Inventory inventory{*database};
  AccessStore access{*database};
  HostStore hosts{*database};
  HostDirectory directory{*database, inventory};
};

}  // namespace mega
