// Whose host is it? What an agent says is about its own host only, and this is what makes a host
// its own:
//
//   it calls from that address (from loopback: any address of this host, on which it is then), or
//   the inventory has an online server of its certificate's name at that address, or
//   its last heartbeat was of that address (which one of the others has allowed);
//
// and no other name, whose certificate counts, is bound to the address by a heartbeat. Such a
// holder loses it to a caller at the address with the name that the inventory gives it.
// A peer of 2014 has no name: its host is the address that it calls from.
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
