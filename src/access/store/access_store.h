// Join tokens, certificates and revocations: which names may come in, and as what.
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

// A token that was made: what the store keeps of it.
struct NewToken {
  std::string secret_hash;  // hex of the SHA-256 of the secret, which is not kept
  std::string role;
  std::string name;  // empty: the joining host proposes one
  Time expires;
  std::int64_t uses = 1;
};

// What a caller without a certificate shows.
struct Joining {
  std::string secret_hash;
  std::string key_pin;  // of the request
  std::string name;     // proposed; counts when the token has none
  std::string address;  // where the call comes from
};

// A request for a new certificate in place of one that is about to end.
struct Renewal {
  std::string name, role;  // of the certificate of the connection
  std::string key_pin;     // of the request
  std::string address;
  Time issued{};         // of the certificate
  std::string held_pin;  // of the certificate's key
};

// Makes the certificate that a grant describes; the Authority's part of joining, called inside the
// transaction.
using Issue = std::function<Result<std::string>(const Grant&)>;

struct Joined {
  std::string certificate;
  bool ended_another = false;  // a certificate of that name counts no longer
};

class AccessStore {
 public:
  explicit AccessStore(Database& database) : database_(database) {}

  // The newest certificate of each name: name, role, address, serial, issued, until, revoked (none
  // while it is not), state (valid, expired, revoked). online: the valid ones, offline: the others.
  Result<Rows> certificates(State state, std::int64_t limit) const;
  // Whether a certificate of the site's CA still counts; for each TLS handshake. Also of one that
  // the store does not know, because it was restored. Errors: not_allowed when it was revoked.
  Result<void> admit_certificate(const Identity& identity) const;
  // Issued and not forgotten.
  Result<std::int64_t> count_certificates() const;
  // The role of the newest certificate of that name; nullopt: unknown name.
  Result<std::optional<std::string>> role_of(std::string_view name) const;
  // The role of the newest one that was not revoked, whether it has ended or not; nullopt: none.
  Result<std::optional<std::string>> standing_role_of(std::string_view name) const;
  Result<void> add_token(const Author& author, const NewToken& token);
  // Spends a token once: with the same secret and the same key it gives the same certificate again,
  // until a day after the token's end, so that a join that was cut off is finished by repeating it.
  // Errors: not_allowed for a token that is unknown, expired or spent; already_exists for a name in
  // use. What fails leaves the token unspent.
  Result<Joined> join(const Author& author, const Joining& joining, const Issue& issue);
  // Errors: not_allowed when the name's certificates were revoked meanwhile, or are for other keys.
  Result<std::string> renew_certificate(const Author& author, const Renewal& renewal,
                                        const Issue& issue);
  // Ends all certificates of the name that were issued until now; the moment from which that holds.
  // Errors: not_found for a name that the store does not know, unless `unknown` allows it.
  Result<Time> revoke(const Author& author, const std::string& name, bool unknown);

 private:
  Database& database_;
};

}  // namespace mega
