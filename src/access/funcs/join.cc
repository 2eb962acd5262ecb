// join(secret, request, name='') -> {name, role, certificate, ca, site, until, time}
//
// Spends a join token for a certificate. The same secret with the same key yields the same
// certificate again. Errors: not_allowed for a token that is unknown, expired or spent;
// already_exists for a name in use; invalid_argument; unavailable (store).
#include "access/funcs/joined.h"
#include "access/store/access_store.h"
#include "api/function.h"
#include "api/peers.h"
#include "base/text.h"
#include "trust/crypto.h"

namespace mega {
namespace {

const Service<Peers> peers{"connections"};
const Service<AccessStore> access_store{"certificates and tokens"};

constexpr std::size_t hex_bytes_max = 128;

const Param<std::string> secret{"secret", "of the token, in hex"};
const Param<std::string> request{"request", "PKCS #10, PEM, for an Ed25519 key"};
const Param<std::string> name{"name", "", "the name wanted; the token's own counts more"};

// Decodes the token's secret from hex. Errors: invalid_argument.
Result<std::string> secret_bytes(const std::string& hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  if (hex.size() % 2 != 0 || hex.size() > hex_bytes_max ||
      hex.find_first_not_of("0123456789abcdef") != std::string::npos) {
    return fail(Errc::invalid_argument, "secret takes bytes in hex");
  }
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    bytes += static_cast<char>(digit(hex[i]) << 4 | digit(hex[i + 1]));
  }
  return bytes;
}

Result<Value> join(Context& context, const Args& args) {
  const auto authority = authority_of(context);
  if (!authority) return fail(authority.error());
  const auto bytes = secret_bytes(args[secret]);
  if (!bytes) return fail(bytes.error());
  const std::string csr = args[request];
  const auto pin = request_pin(csr);
  if (!pin) return fail(pin.error());

  const Issue issue = [&](const Grant& grant) { return (*authority)->issue(csr, grant); };
  const auto joined = context[access_store].join(context.author,
                                                 {.secret_hash = to_hex(sha256(*bytes)),
                                                  .key_pin = *pin,
                                                  .name = args[name],
                                                  .address = context.caller.address},
                                                 issue);
  if (!joined) return fail(joined.error());
  const auto identity = read_certificate(joined->certificate);
  Peers* const connected = context.find(peers);
  if (joined->ended_another && identity && connected) connected->end_connections(identity->name);
  return joined_answer(**authority, joined->certificate, context.clock.now());
}

const Registered<Function> function{{
    .name = "join",
    .summary = "Spend a join token for a certificate",
    .params = {secret, request, name},
    .permission = Permission::join,
    .changes = true,
    .shape = Shape::value,
    .example = "mega call join secret=... request=@request.pem",
    .detail = "For callers at the TLS door without a certificate; `mega join TOKEN` calls it. "
              "Answers a map:\n"
              "name, role, certificate (PEM), ca (PEM), site, until, time (of the server's clock).",
    .run = join,
}};

}  // namespace
}  // namespace mega
