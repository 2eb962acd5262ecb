// server_status() -> {version, ..., schema, bytes, servers, instances, databases}
//
// The state of the server and the content of its store. Errors: unavailable (store).
#include "api/function.h"
#include "api/status.h"

#include <algorithm>

namespace mega {
namespace {

const Service<const ServerReport> report{"server report"};

Result<Value> server_status(Context& context, const Args&) {
  Map status{{"version", MEGA_VERSION}};
  if (const auto* reported = context.find(report)) {
    const Map facts = reported->facts();
    for (const auto& [key, value] : facts.entries()) status.set(key, value);
  }
  auto parts = Registered<StatusPart>::all();
  std::ranges::stable_sort(parts, {}, &StatusPart::rank);
  for (const StatusPart* part : parts) {
    if (auto added = part->add(context.services, status); !added) return fail(added.error());
  }
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
