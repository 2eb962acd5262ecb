// HostClaims: decides which hosts a caller may act for. Implemented by the module hosts; without it
// a caller may act for none.
#pragma once

#include "base/result.h"
#include "trust/caller.h"

#include <string>
#include <string_view>

namespace mega {

// Thread-safe.
class HostClaims {
 public:
  virtual ~HostClaims() = default;

  // Checks that the caller may act for the host at `address`. `function` is for the message.
  // Errors: not_allowed; unavailable (store).
  virtual Result<void> admit(const Caller& caller, std::string_view function,
                             std::string_view address) const = 0;

  // The address that the name is bound to; empty: none.
  virtual Result<std::string> address_of(std::string_view name) const = 0;
};

}  // namespace mega
