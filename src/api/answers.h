// Answers of inventory functions, made from the store's results.
#pragma once

#include "base/result.h"
#include "value/value.h"

#include <optional>
#include <string>

namespace mega {

// The answer to a successful change.
inline constexpr int code_done = 0;

inline Result<Value> done(const Result<void>& change) {
  if (!change) return fail(change.error());
  return Value(code_done);
}

inline Result<Value> all(Result<Rows> rows) {
  if (!rows) return fail(rows.error());
  return Value(*std::move(rows));
}

// One record. Errors: not_found with the text of describe(), "server 10.0.0.1".
template <class Describe>
Result<Value> one(Result<std::optional<Row>> row, const Describe& describe) {
  if (!row) return fail(row.error());
  if (!*row) return fail(Errc::not_found, "there is no {}", describe());
  return Value(**std::move(row));
}

// "10.0.0.1:3306", "[fd00::1]:3306".
inline std::string address_and_port(const std::string& ip, std::int64_t port) {
  const bool is_ipv6 = ip.find(':') != ip.npos;
  return is_ipv6 ? fmt::format("[{}]:{}", ip, port) : fmt::format("{}:{}", ip, port);
}

}  // namespace mega
