// add_token(role, ttl='1h', uses=1, name='', address='') -> token
//
// Makes a join token, whose bearer may join the site in that role. Errors: invalid_argument;
// not_found when the server's public address is unknown; unavailable (store).
#include "access/funcs/joined.h"
#include "access/server/site.h"
#include "access/store/access_store.h"
#include "api/function.h"
#include "base/settings.h"
#include "net/endpoint.h"
#include "trust/crypto.h"
#include "trust/holder_name.h"
#include "trust/token.h"

namespace mega {
namespace {

const Service<const Site> site{"site"};
const Service<AccessStore> access_store{"certificates and tokens"};

constexpr std::chrono::hours ttl_max{24 * 30};
constexpr std::int64_t uses_max = 10000;

const Param<std::string> role{"role", "reader, agent or operator"};
const Param<std::string> ttl{"ttl", "1h", "how long it can be spent: 90s, 30m, 1h, 7d"};
const Param<Natural> uses{"uses", 1, "how often"};
const Param<std::string> name{"name", "", "whose it is; empty: who joins chooses"};
const Param<std::string> address{"address", "", "HOST[:PORT] of this server; empty: as it listens"};

Result<std::chrono::seconds> checked_ttl(const std::string& text) {
  const auto length = parse_duration(text);
  if (!length) return fail(Errc::invalid_argument, "ttl: {}", length.error().message);
  if (*length < std::chrono::seconds(1) || *length > ttl_max) {
    return fail(Errc::invalid_argument, "ttl takes 1s to 30d, not {}", text);
  }
  return std::chrono::duration_cast<std::chrono::seconds>(*length);
}

Result<void> check(std::int64_t how_often, const std::string& whose) {
  if (how_often < 1 || how_often > uses_max) {
    return fail(Errc::invalid_argument, "uses takes 1 to {}, not {}", uses_max, how_often);
  }
  if (whose.empty()) return {};
  if (how_often > 1) {
    return fail(Errc::invalid_argument,
                "a token with a name can be spent once: the name belongs to one key");
  }
  return check_holder_name(whose);
}

// The server's address, with its port, as joining hosts dial it.
Result<std::string> reached_at(const Context& context, const std::string& given) {
  if (!given.empty()) {
    const auto endpoint = parse_public_address(given);
    if (!endpoint) return fail(Errc::invalid_argument, "address: {}", endpoint.error().message);
    return to_text(*endpoint);
  }
  if (const auto* reached = context.find(site)) return reached->address();
  return fail(Errc::not_found, "the server does not know its address: give one");
}

Result<Value> add_token(Context& context, const Args& args) {
  const auto authority = authority_of(context);
  if (!authority) return fail(authority.error());
  const auto granted = parse_role(args[role]);
  if (!granted) return fail(Errc::invalid_argument, "role: {}", granted.error().message);
  const auto length = checked_ttl(args[ttl]);
  if (!length) return fail(length.error());
  if (auto checked = check(args[uses].number, args[name]); !checked) return fail(checked.error());
  const auto where = reached_at(context, args[address]);
  if (!where) return fail(where.error());

  const Token token{.address = *where,
                    .role = *granted,
                    .expires = {context.clock.now().seconds + length->count()},
                    .pin = (*authority)->pin(),
                    .secret = random_bytes(token_secret_bytes),
                    .name = args[name]};
  const auto added =
      context[access_store].add_token(context.author, {.secret_hash = to_hex(sha256(token.secret)),
                                                       .role = std::string(name_of(*granted)),
                                                       .name = token.name,
                                                       .expires = token.expires,
                                                       .uses = args[uses].number});
  if (!added) return fail(added.error());
  return Value(write_token(token));
}

const Registered<Function> function{{
    .name = "add_token",
    .summary = "Make a token with which a host or a user joins",
    .params = {role, ttl, uses, name, address},
    .permission = Permission::admin,
    .changes = true,
    .shape = Shape::value,
    .example = "mega call add_token role=agent ttl=1h",
    .detail =
        "Answers the token, which is shown this once: the store keeps its hash. A name can be "
        "given\n"
        "with a token for one use; who joins with it ends the other certificates of that name.",
    .run = add_token,
}};

}  // namespace
}  // namespace mega
