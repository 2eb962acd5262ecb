// Joining a site, and renewing what it gave: from a token to a certificate in the identity folder.
#pragma once

#include "access/agent/identity_folder.h"
#include "base/clock.h"
#include "base/result.h"
#include "net/client.h"
#include "trust/certificate.h"
#include "trust/token.h"

#include <functional>
#include <memory>
#include <string>

namespace mega {

struct JoinWish {
  Token token;
  std::string name;  // asked for; empty: the token's, the one held, or default_name
  std::string default_name;
  bool force = false;  // join although this host or user has joined elsewhere or under another name
};

// A conversation with a server whose CA has the pin: Asker::open_to_join.
using OpenToJoin =
    std::function<Result<std::unique_ptr<Asker>>(const Endpoint&, std::string_view pin)>;

struct JoinedSite {
  Identity identity;
  std::string server;                  // HOST:PORT
  std::chrono::seconds clock_ahead{};  // the clock here, compared with the server's
};

// Spends the token and keeps the certificate. Cut off at any moment, the same call finishes it: the
// key is kept before the token is spent, and the same token with the same key gives the same
// certificate. Errors: not_allowed for a token that has expired or is refused; refused for who has
// joined already; those of the folder and of the way to the server. Nothing is changed then, but
// for a key that waits for the next try.
Result<JoinedSite> join_site(const JoinWish& wish, const IdentityFolder& folder,
                             const OpenToJoin& open, const Clock& clock);

// Asks for a new certificate when the own one is due for it. True: it did. Errors: those of the
// way, of the server and of the folder; the old certificate stays.
Result<bool> renew_if_due(Asker& asker, const Membership& membership, const IdentityFolder& folder,
                          const Clock& clock);

}  // namespace mega
