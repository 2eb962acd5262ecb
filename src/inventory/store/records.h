// Single rows of the inventory: read, inserted, updated, and written as text for the audit.
#pragma once

#include "base/result.h"
#include "sql/connection.h"
#include "inventory/store/model.h"

#include <optional>
#include <string>
#include <string_view>

namespace mega {

// nullopt: there is none.
Result<std::optional<Server>> load_server(Connection& connection, std::string_view ip);
Result<std::optional<Instance>> load_instance(Connection& connection, std::string_view ip,
                                              std::int64_t port);
Result<std::optional<Instance>> load_instance(Connection& connection, std::int64_t id);
Result<std::optional<Database>> load_database(Connection& connection, std::string_view ip,
                                              std::int64_t port, std::string_view name);

// The id that it got.
Result<std::int64_t> insert(Connection& connection, const Server& server);
Result<std::int64_t> insert(Connection& connection, const Instance& instance);
Result<std::int64_t> insert(Connection& connection, const Database& database);

// All columns of the row with that id.
Result<void> update(Connection& connection, const Server& server);
Result<void> update(Connection& connection, const Instance& instance);
Result<void> update(Connection& connection, const Database& database);

// As a JSON object.
std::string to_json(const Server& server);
std::string to_json(const Instance& instance);
std::string to_json(const Database& database);
std::string to_json(const Named& named);

}  // namespace mega
