// server_status() -> {version, ..., schema, bytes, servers, instances, databases}
//
// How the server is, and what its store holds. Errors: unavailable (store).
#include "api/function.h"

namespace mega {
namespace {

Result<Value> server_status(Context& context, const Args&) {
  const auto facts = context.store.facts();
  if (!facts) return fail(facts.error());
  Map status{{"version", MEGA_VERSION}};
  if (context.report) {
    const Map reported = context.report();
    for (const auto& [key, value] : reported.entries()) status.set(key, value);
  }
  status.set("schema", facts->schema);
  status.set("bytes", facts->bytes);
  status.set("servers", facts->servers);
  status.set("instances", facts->instances);
  status.set("databases", facts->databases);
  return Value(std::move(status));
}

const Registered<Function> function{{
    .name = "server_status",
    .summary = "Tell how the server is",
    .permission = Permission::read,
    .shape = Shape::value,
    .example = "mega call server_status",
    .detail = "A map: version, what the server reports about itself, then of the store the number "
              "of its\n"
              "schema, its size in bytes and how many servers, instances and databases it knows.",
    .run = server_status,
}};

}  // namespace
}  // namespace mega
