// Hooks: what dispatch leaves to modules that it does not know.
#pragma once

#include "api/function.h"
#include "base/registered.h"
#include "wire/envelope.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Takes calls that are not to be made now: schedules.
struct CallHook {
  std::string_view name;
  bool (*takes)(const Envelope& envelope) = nullptr;
  // Keeps a call that may be made now; what the caller gets. `shown` is its arguments, masked.
  Result<Value> (*keep)(const Api& api, const Caller& caller, const Function& function,
                        const Envelope& envelope, const Args& args,
                        const std::string& shown) = nullptr;
};

// Reads envelopes that name no function of the server as the call that they mean: TYPE 1.
struct EnvelopeHook {
  std::string_view name;
  bool (*takes)(const Envelope& envelope) = nullptr;
  Result<Envelope> (*call_of)(const Envelope& envelope) = nullptr;
};

// The one that takes the envelope; nullptr: none does.
template <class Hook>
const Hook* hook_for(const Envelope& envelope) {
  static const std::vector<const Hook*> hooks = Registered<Hook>::all();
  for (const Hook* hook : hooks) {
    if (hook->takes(envelope)) return hook;
  }
  return nullptr;
}

}  // namespace mega
