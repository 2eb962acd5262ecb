// OwnHosts: checks that an agent speaks for its own host only. An address is the agent's own
// host if
//
//   the agent calls from that address (from loopback: it is an address of the server's host), or
//   the inventory has an online server at that address with the name of its certificate, or
//   its last heartbeat was for that address (which one of the other two has allowed);
//
// and no other name with a valid certificate is bound to the address by a heartbeat. Such a name
// loses the address to an agent that calls from the address and has the name of the inventory's
// server there. A daemon of 2014 has no name: its host is the address that it calls from.
#pragma once

#include "api/host_claims.h"
#include "hosts/store/host_store.h"

#include <string>
#include <string_view>

namespace mega {

class OwnHosts final : public HostClaims {
 public:
  explicit OwnHosts(const HostStore& store) : store_(store) {}

  Result<void> admit(const Caller& caller, std::string_view function,
                     std::string_view address) const override;
  Result<std::string> address_of(std::string_view name) const override {
    return store_.address_of(name);
  }

 private:
  const HostStore& store_;
};

}  // namespace mega
