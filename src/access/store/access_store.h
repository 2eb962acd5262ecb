// Join tokens, certificates and revocations: which names may connect, and in which role.
//
// Thread-safe; every method may block. Must not outlive the Database.
#pragma once

#include "sql/database.h"
#include "trust/author.h"
#include "trust/certificate.h"
#include "value/listing.h"
#include "value/value.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

// A new token, as the store keeps it.
struct NewToken {
  std::string secret_hash;  // hex of the SHA-256 of the secret, which is not stored
  std::string role;
  std::string name;  // empty: the joining host or user proposes one
  Time expires;
  std::int64_t uses = 1;
};

// The request of a caller without a certificate.
struct Joining {
  std::string secret_hash;
  std::string key_pin;  // of the request
  std::string name;     // proposed; used when the token has none
  std::string address;  // of the caller
};

// The request of a caller whose certificate is due for renewal.
struct Renewal {
  std::string name, role;  // of the certificate of the connection
  std::string key_pin;     // of the request
  std::string address;
  Time issued{};         // of the certificate
  std::string held_pin;  // of the certificate's key
};

// Issues the certificate that a grant describes: Authority::issue(), called inside the transaction.
using Issue = std::function<Result<std::string>(const Grant&)>;

struct Joined {
  std::string certificate;
  bool ended_another = false;  // the name had another certificate, which is now revoked
};

class AccessStore {
 public:
  explicit AccessStore(Database& database) : database_(database) {}

  // The newest certificate of each name: name, role, address, serial, issued, until, revoked (None
  // unless revoked), state (valid, expired, revoked). State::online selects the valid ones,
  // State::offline the others.
  Result<Rows> certificates(State state, std::int64_t limit) const;
  // Checks at each TLS handshake that a certificate of the site's CA is not revoked. Admits one
  // that the store does not know, because the store may be a restored backup. Errors: not_allowed
  // when it is revoked.
  Result<void> admit_certificate(const Identity& identity) const;
  // The number of certificates in the store; renewals delete a name's expired ones.
  Result<std::int64_t> count_certificates() const;
  // The role of the newest certificate of that name; nullopt: unknown name.
  Result<std::optional<std::string>> role_of(std::string_view name) const;
  // The role of the newest certificate that is not revoked, expired or not; nullopt: none.
  Result<std::optional<std::string>> standing_role_of(std::string_view name) const;
  Result<void> add_token(const Author& author, const NewToken& token);
  // The tokens that can still be spent, oldest first: id, role, name, expires, uses_left, created,
  // created_by. `limit`: the first so many, 0 all.
  Result<Rows> open_tokens(std::int64_t limit) const;
  // Deletes a token that can still be spent. Errors: not_found for any other.
  Result<void> withdraw_token(const Author& author, std::int64_t id);
  // Spends a token. Until a day after the token's end, the same secret with the same key yields the
  // same certificate again, so that an interrupted join can be repeated. Errors: not_allowed for a
  // token that is unknown, expired or spent; already_exists for a name in use. A failure leaves the
  // token unspent.
  Result<Joined> join(const Author& author, const Joining& joining, const Issue& issue);
  // Errors: not_allowed when the name was revoked, or its certificates are for other keys.
  Result<std::string> renew_certificate(const Author& author, const Renewal& renewal,
                                        const Issue& issue);
  // Revokes all certificates of the name that were issued until now, and deletes the tokens made
  // for it; returns the time of the revocation. Errors: not_found for a name that the store does
  // not know, unless `unknown` is true.
  Result<Time> revoke(const Author& author, const std::string& name, bool unknown);

 private:
  Database& database_;
};

}  // namespace mega
