// The rules of the inventory: the checks of a change, and the further changes that it causes. Each
// function runs inside one write transaction, which the caller rolls back when the function fails.
#pragma once

#include "audit/writing.h"
#include "inventory/store/model.h"
#include "inventory/store/records.h"

#include <optional>
#include <string>

namespace mega {

// Errors: invalid_argument naming the field, the allowed values and the given value.
Result<void> check(const ServerRecord& server);
Result<void> check(const InstanceRecord& instance);
Result<void> check(const DatabaseRecord& database);
Result<void> check(const Named& named);

// The server or instance that an online record needs: added when it is missing, brought back when
// it is offline.
Result<ServerRecord> need_server(Writing& writing, const std::string& ip);
Result<InstanceRecord> need_instance(Writing& writing, const std::string& ip, std::int64_t port);

// Writes the record and its audit row; does nothing when the record is unchanged. `before` is
// nullopt for a new record. Returns the record's id.
template <class Record>
Result<std::int64_t> save(Writing& writing, const std::optional<Record>& before, Record after) {
  if (before && *before == after) return after.id;
  if (auto checked = check(after); !checked) return fail(checked.error());
  if (before) {
    if (auto changed = update(writing.connection, after); !changed) return fail(changed.error());
  } else {
    const auto id = insert(writing.connection, after);
    if (!id) return fail(id.error());
    after.id = *id;
  }
  const auto former = before ? std::optional(to_json(*before)) : std::nullopt;
  if (auto noted = add_audit_row(writing, former, to_json(after)); !noted) {
    return fail(noted.error());
  }
  return after.id;
}

// Assigns `given` if there is a value.
template <class T>
void set_if_given(T& field, const std::optional<T>& given) {
  if (given) field = *given;
}

inline Result<void> done(const Result<std::int64_t>& saved) {
  if (!saved) return fail(saved.error());
  return {};
}

}  // namespace mega
