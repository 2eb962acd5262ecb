// revoke(name, unknown=False) -> {name, revoked, connections}
//
// Revokes all certificates of a name, withdraws the tokens made for it, and closes the connections
// that were opened with the certificates. Errors: not_found for a name that the store does not know; unavailable (store).
#include "access/store/access_store.h"
#include "api/function.h"
#include "api/peers.h"
#include "base/log.h"
#include "base/text.h"

namespace mega {
namespace {

const Service<Peers> peers{"connections"};
const Service<AccessStore> access_store{"certificates and tokens"};

constexpr Logger logger{"revoke"};

const Param<Name> name{"name", "whose certificates"};
const Param<bool> unknown{"unknown", false, "a name that the store does not know, too"};

Result<Value> revoke(Context& context, const Args& args) {
  const std::string who = args[name].text;
  const auto time = context[access_store].revoke(context.author, who, args[unknown]);
  if (!time) return fail(time.error());
  Peers* const connected = context.find(peers);
  const int ended = connected ? connected->end_connections(who) : 0;
  logger.info("name={} connections={} ended", quoted(who), ended);
  return Value(Map{{"name", who}, {"revoked", *time}, {"connections", ended}});
}

const Registered<Function> function{{
    .name = "revoke",
    .summary = "End the certificates and tokens of a host or a user at once",
    .params = {name, unknown},
    .permission = Permission::admin,
    .changes = true,
    .shape = Shape::value,
    .example = "mega call revoke name=db01.example",
    .detail = "A map: name, revoked (until when issued certificates count no longer), connections "
              "(how many\n"
              "were closed). Tokens that were made for the name cannot be spent any more; with a "
              "new token "
              "it can\n"
              "join again. unknown=True is for "
              "names that a\n"
              "restored store has never heard of.",
    .run = revoke,
}};

}  // namespace
}  // namespace mega
