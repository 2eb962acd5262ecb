// Single rows of the inventory: read, inserted, updated, and written as text for the audit.
#pragma once

#include "base/result.h"
#include "inventory/store/model.h"
#include "sql/connection.h"

#include <optional>
#include <string>
#include <string_view>

namespace mega {

// nullopt: there is none.
Result<std::optional<ServerRecord>> load_server(Connection& connection, std::string_view ip);
Result<std::optional<InstanceRecord>> load_instance(Connection& connection, std::string_view ip,
                                                    std::int64_t port);
Result<std::optional<InstanceRecord>> load_instance(Connection& connection, std::int64_t id);
Result<std::optional<DatabaseRecord>> load_database(Connection& connection, std::string_view ip,
                                                    std::int64_t port, std::string_view name);

// The id that it got.
Result<std::int64_t> insert(Connection& connection, const ServerRecord& server);
Result<std::int64_t> insert(Connection& connection, const InstanceRecord& instance);
Result<std::int64_t> insert(Connection& connection, const DatabaseRecord& database);

// All columns of the row with that id.
Result<void> update(Connection& connection, const ServerRecord& server);
Result<void> update(Connection& connection, const InstanceRecord& instance);
Result<void> update(Connection& connection, const DatabaseRecord& database);

// As a JSON object.
std::string to_json(const ServerRecord& server);
std::string to_json(const InstanceRecord& instance);
std::string to_json(const DatabaseRecord& database);
std::string to_json(const Named& named);

}  // namespace mega
