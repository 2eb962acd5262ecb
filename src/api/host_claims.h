// HostClaims: which hosts a caller may speak for. The module hosts knows; without it a caller may
// speak for none.
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

  // Whether the caller may speak for the host of that address. `function` is for the sentence.
  // Errors: not_allowed; unavailable (store).
  virtual Result<void> admit(const Caller& caller, std::string_view function,
                             std::string_view address) const = 0;

  // The address that the name is bound to; empty: none.
  virtual Result<std::string> address_of(std::string_view name) const = 0;
};

}  // namespace mega
