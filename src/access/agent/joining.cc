#include "access/agent/joining.h"

#include "access/agent/certificate_answer.h"
#include "base/text.h"
#include "trust/crypto.h"
#include "trust/holder_name.h"
#include "value/python.h"

namespace mega {
namespace {

Result<ReceivedCertificate> ask_for_certificate(Asker& asker, std::string_view function,
                                                CallArguments arguments, const std::string& key,
                                                const std::string& name, const std::string& ca_pin,
                                                Time now) {
  const auto request = make_request(key, name);
  if (!request) return fail(request.error());
  const auto key_pin = pin_of_request(*request);
  if (!key_pin) return fail(key_pin.error());
  arguments.named.emplace_back("request", *request);
  const Envelope envelope{.function = std::string(function), .args = Value(to_python(arguments))};
  const auto answer = asker.ask(envelope);
  if (!answer) return fail(answer.error());
  return read_certificate_answer(*answer, ca_pin, *key_pin, now);
}

Result<void> refuse_expired(const Token& token, Time now) {
  const std::int64_t tolerance = std::chrono::seconds(clock_tolerance).count();
  if (now.seconds <= token.expires.seconds + tolerance) return {};
  return fail(Errc::not_allowed,
              "the token expired at {} and the clock here says {}: have a new one made by `mega "
              "server token`, unless this clock is wrong",
              format_local(token.expires), format_local(now));
}

// The name to request: the token's, the wish's, `held` or the default. Errors: invalid_argument.
Result<std::string> wanted_name(const JoinWish& wish, const std::string& held) {
  const std::string& given = wish.token.name;
  if (!wish.name.empty() && !given.empty() && wish.name != given) {
    return fail(Errc::invalid_argument, "the token is for the name {}, not for {}",
                mega::quoted(given), mega::quoted(wish.name));
  }
  std::string name = !given.empty()       ? given
                     : !wish.name.empty() ? wish.name
                     : !held.empty()      ? held
                                          : wish.default_name;
  if (auto checked = check_holder_name(name); !checked) {
    return fail(checked.error().code, "{}; say --name NAME", checked.error().message);
  }
  return name;
}

Error joined_already(const Identity& identity, const Membership& held) {
  return {Errc::refused,
          fmt::format("this is {} ({}) of site {} at {} already: --force joins again and forgets "
                      "that",
                      mega::quoted(identity.name), identity.role, identity.site, held.server)};
}

// Identifies the token in the identity folder.
std::string token_mark(const Token& token) { return to_hex(sha256(token.secret)); }

struct OwnKey {
  std::string key, name;
};

// The key to join with, and the name to request. A host or user that has joined this site already
// keeps its key, so that an interrupted join can be repeated, and a role can change. Errors:
// refused when it has joined another site or under another name.
Result<OwnKey> choose_key(const JoinWish& wish, const IdentityFolder& folder) {
  const auto held = folder.load();
  // --force replaces a corrupt folder, but not one that other users may have read.
  const bool replaceable = wish.force && !held && held.error().code == Errc::corrupt;
  if (!held && !replaceable) return fail(held.error());
  const bool again = held && *held && (*held)->token == token_mark(wish.token);
  if (!held || !*held || (wish.force && !again)) {
    auto name = wanted_name(wish, "");
    if (!name) return fail(name.error());
    auto key = folder.pending_key();
    if (!key) return fail(key.error());
    return OwnKey{*std::move(key), *std::move(name)};
  }
  const auto identity = read_certificate((*held)->credentials.certificate);
  if (!identity) {
    return fail(Errc::corrupt, "{}: {}; --force joins anew", folder.path(),
                identity.error().message);
  }
  auto name = wanted_name(wish, identity->name);
  if (!name) return fail(name.error());
  if (!again && (identity->site != site_of(wish.token.pin) || *name != identity->name)) {
    return fail(joined_already(*identity, **held));
  }
  return OwnKey{(*held)->credentials.key, *std::move(name)};
}

}  // namespace

Result<JoinedSite> join_site(const JoinWish& wish, const IdentityFolder& folder,
                             const OpenToJoin& open, const Clock& clock) {
  const Token& token = wish.token;
  const auto endpoint = parse_public_address(token.address);
  if (!endpoint) return fail(endpoint.error());
  if (auto fresh = refuse_expired(token, clock.now()); !fresh) return fail(fresh.error());
  const auto own = choose_key(wish, folder);
  if (!own) return fail(own.error());

  const auto asker = open(*endpoint, token.pin);
  if (!asker) return fail(asker.error());
  const auto received = ask_for_certificate(
      **asker, "join", {.named = {{"secret", to_hex(token.secret)}, {"name", own->name}}}, own->key,
      own->name, token.pin, clock.now());
  if (!received) return fail(received.error());
  const std::string server = to_text(*endpoint);
  const Membership joined{
      .credentials = {.ca = received->ca, .certificate = received->certificate, .key = own->key},
      .server = server,
      .token = token_mark(token)};
  if (auto stored = folder.store(joined); !stored) return fail(stored.error());
  return JoinedSite{received->identity, server, received->clock_ahead};
}

Result<bool> renew_if_due(Asker& asker, const Membership& membership, const IdentityFolder& folder,
                          const Clock& clock) {
  const Credentials& own = membership.credentials;
  const auto identity = read_certificate(own.certificate);
  if (!identity) return fail(identity.error());
  if (!is_due_for_renewal(*identity, clock.now())) return false;
  const auto ca_pin = pin_of(own.ca);
  if (!ca_pin) return fail(ca_pin.error());
  const auto received = ask_for_certificate(asker, "renew_certificate", {}, own.key, identity->name,
                                            *ca_pin, clock.now());
  if (!received) return fail(received.error());
  if (auto stored = folder.replace_certificate(received->certificate); !stored) {
    return fail(stored.error());
  }
  return true;
}

}  // namespace mega
