// Migrations: the tables, and the upgrade of a store from an older set of tables to this binary's.
//
// A module registers its Schema; sql knows no table. The table `meta` holds the versions of a
// store: `schema` is the newest of the migrations that all modules share (first_migrations.cc),
// `schema.MODULE` the newest of the module's own, whose numbers continue after the shared ones.
// `opens_from` is the lowest version of mega that may open the store; absent: any.
//
// Tables and columns keep their names of 2014 where it had them, so that a site's own queries
// continue to work. Times are integers: seconds since 1970 UTC (docs/decisions/0002-sqlite.md).
#pragma once

#include "base/registered.h"
#include "base/result.h"
#include "sql/connection.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace mega {

class Database;

// One step of a module's tables. Never change a released migration; append new ones.
struct Migration {
  const char* sql = nullptr;  // statements separated by ';'
  std::string_view
      opens_from{};  // the lowest version of mega that may open the store after this migration;
                     // empty: any
};

// The tables of one module.
struct Schema {
  std::string_view name;                    // the module's
  std::span<const Migration> migrations{};  // after first_migrations(): the first has the number 9
  Result<void> (*probe)(Database&) =
      nullptr;  // reads from each table once, so that damage shows at the start
};

// The migrations 1 to 8.
std::span<const char* const> first_migrations();

// The number of the newest migration that this binary knows.
std::int64_t newest_schema();

// The number of the newest migration applied to the store; 0 for an empty database. Errors: corrupt
// when the database has tables but is not a store of mega.
Result<std::int64_t> schema_of(Connection& connection);

// Errors: refused when the store has migrations that this binary does not know, or its `opens_from`
// is greater than this version.
Result<void> refuse_newer_schema(Connection& connection);

// Runs the missing migrations in order, each in its own transaction. Errors: refused for a store
// that is newer than this binary; else as schema_of and the database's.
Result<void> migrate(Connection& connection);

}  // namespace mega
