// Dialect: the SQL in which the engines differ. Store code is written once, for both, with these
// words in braces where they do:
//
//   {identity}      a column's type: the table's key, assigned by the engine, never reused
//   {ordered join}  a join whose tables are read in the order in which they are written
//   {locked}        behind a select in a write transaction: the rows stay as read until it ends
//
// There is no word for an upsert: UPDATE, and INSERT when it changed no row, in one transaction.
#pragma once

#include "base/result.h"

#include <span>
#include <string>
#include <string_view>

namespace mega {

struct DialectWord {
  std::string_view word, sql;
};
using Dialect = std::span<const DialectWord>;

// `sql` with the engine's words in place of those in braces; text in quotes is left alone. Errors:
// internal for a word that the dialect does not have.
Result<std::string> translate(std::string_view sql, Dialect dialect);

}  // namespace mega
