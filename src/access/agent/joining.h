// Joining a site: spends a token for a certificate in the identity folder, and renews it.
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
  std::string name;  // requested; empty: the token's, the one held, or default_name
  std::string default_name;
  bool force = false;  // join although this host or user has joined elsewhere or by another name
};

// Opens a connection to a server whose CA has the pin: Asker::open_to_join().
using OpenToJoin =
    std::function<Result<std::unique_ptr<Asker>>(const Endpoint&, std::string_view pin)>;

struct JoinedSite {
  Identity identity;
  std::string server;                  // HOST:PORT
  std::chrono::seconds clock_ahead{};  // this host's clock minus the server's
};

// Spends the token and stores the certificate. After an interruption at any point, repeating the
// call completes the join: the key is stored before the token is spent, and the same token with the
// same key yields the same certificate. Errors: not_allowed for an expired or refused token;
// refused when this host or user has joined already; those of the folder and of the connection. An
// error changes nothing, except that a key may wait for the next attempt.
Result<JoinedSite> join_site(const JoinWish& wish, const IdentityFolder& folder,
                             const OpenToJoin& open, const Clock& clock);

// Requests a new certificate when the own one is due for renewal. True: it was renewed. Errors:
// those of the connection, the server and the folder; the old certificate stays.
Result<bool> renew_if_due(Asker& asker, const Membership& membership, const IdentityFolder& folder,
                          const Clock& clock);

}  // namespace mega
