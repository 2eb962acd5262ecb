// The site of a server: its data folder, the CA in it, and its public address.
#pragma once

#include "access/store/access_store.h"
#include "access/store/authority.h"
#include "base/result.h"
#include "sql/database.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace mega {

// The names and addresses of this host for the server's certificate; the first is its name.
std::vector<std::string> own_hosts();

enum class NewCa {
  first_only,  // refused when the store knows certificates but the CA is missing
  anew,        // all hosts and users must join again
};

// Authority::open() for this host. Requires: the folder's lock is held. Errors: as there, and
// corrupt when the CA that issued the store's certificates is missing.
Result<std::unique_ptr<Authority>> open_authority(const std::string& folder,
                                                  const AccessStore& store, NewCa making);

// HOST:PORT for join tokens: the setting `advertise`; else the first address that the server
// listens on and that is not loopback; else the first one. `listening` are ADDRESS:PORT. Errors:
// not_found when the server listens on no address, or on all addresses of a host that has none.
Result<std::string> public_address(const std::string& advertise,
                                   std::span<const std::string> listening);

// The public address of this server; a service.
struct Site {
  std::function<Result<std::string>()> address;  // HOST:PORT; thread-safe
};

}  // namespace mega
