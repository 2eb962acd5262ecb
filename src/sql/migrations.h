// The tables, and how a store comes from an older set of them to this binary's.
//
// Tables and columns have the names of 2014 where it had them, so that a site's own queries go on
// working. Times are integers: seconds since 1970 UTC (docs/decisions/0002-sqlite.md).
#pragma once

#include "base/result.h"
#include "sql/connection.h"

#include <cstdint>

namespace mega {

// The number of the newest migration that this binary knows.
std::int64_t newest_schema();

// The number of the newest migration that the store has had; 0 for an empty database.
// Errors: corrupt when the database holds tables but is no store of mega.
Result<std::int64_t> schema_of(Connection& connection);

// Errors: refused for a number that this binary does not know.
Result<void> refuse_newer_schema(std::int64_t number);

// Runs what is missing, in order, each in a transaction of its own.
// Errors: refused for a store that is newer than this binary; else as schema_of and the database's.
Result<void> migrate(Connection& connection);

}  // namespace mega
