// Single rows of the inventory: load, insert, update, and format as JSON for the audit.
#pragma once

#include "base/result.h"
#include "inventory/store/model.h"
#include "sql/connection.h"

#include <optional>
#include <string>
#include <string_view>

namespace mega {

// nullopt: no such row.
Result<std::optional<ServerRecord>> load_server(Connection& connection, std::string_view ip);
Result<std::optional<InstanceRecord>> load_instance(Connection& connection, std::string_view ip,
                                                    std::int64_t port);
Result<std::optional<InstanceRecord>> load_instance(Connection& connection, std::int64_t id);
Result<std::optional<DatabaseRecord>> load_database(Connection& connection, std::string_view ip,
                                                    std::int64_t port, std::string_view name);

// Returns the new id.
Result<std::int64_t> insert(Connection& connection, const ServerRecord& server);
Result<std::int64_t> insert(Connection& connection, const InstanceRecord& instance);
Result<std::int64_t> insert(Connection& connection, const DatabaseRecord& database);

// Writes all columns of the row with the record's id.
Result<void> update(Connection& connection, const ServerRecord& server);
Result<void> update(Connection& connection, const InstanceRecord& instance);
Result<void> update(Connection& connection, const DatabaseRecord& database);

// As a JSON object.
std::string to_json(const ServerRecord& server);
std::string to_json(const InstanceRecord& instance);
std::string to_json(const DatabaseRecord& database);
std::string to_json(const Named& named);

}  // namespace mega
