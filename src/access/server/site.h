// The site as its server makes it: the data folder, the CA in it, and how others reach the host.
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

// The names and addresses of this host that its certificate is for; the first is its name.
std::vector<std::string> own_hosts();

enum class NewCa {
  first_only,  // refused when the store knows certificates of a CA that is gone
  anew,        // all that joined must join again
};

// Authority::open for this host. Requires: the folder's lock is held. Errors: as there, and corrupt
// when the CA is gone that the store's certificates are by.
Result<std::unique_ptr<Authority>> open_authority(const std::string& folder,
                                                  const AccessStore& store, NewCa making);

// HOST:PORT for join tokens: what the setting `advertise` says, else the first address that the
// server listens on and others can reach, else the first one. `listening` are ADDRESS:PORT.
// Errors: not_found when the server listens nowhere, or everywhere on a host without an address.
Result<std::string> public_address(const std::string& advertise,
                                   std::span<const std::string> listening);

// Where others reach this server; a service.
struct Site {
  std::function<Result<std::string>()> address;  // HOST:PORT; any thread
};

}  // namespace mega
