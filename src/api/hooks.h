// Hooks: extensions of dispatch by modules that it does not know.
#pragma once

#include "api/function.h"
#include "base/registered.h"
#include "wire/envelope.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Handles calls that are not to be run now: schedules.
struct CallHook {
  std::string_view name;
  bool (*takes)(const Envelope& envelope) = nullptr;
  // Stores a call that has passed all checks; returns the answer for the caller. `shown`: its
  // arguments, masked.
  Result<Value> (*keep)(const Api& api, const Caller& caller, const Function& function,
                        const Envelope& envelope, const Args& args,
                        const std::string& shown) = nullptr;
};

// Translates envelopes that name no function of the server into a call: TYPE 1.
struct EnvelopeHook {
  std::string_view name;
  std::string_view function;  // of its calls; dispatch checks its permission before call_of()
  bool (*takes)(const Envelope& envelope) = nullptr;
  Result<Envelope> (*call_of)(const Envelope& envelope) = nullptr;
};

// The hook that takes the envelope; nullptr: none.
template <class Hook>
const Hook* hook_for(const Envelope& envelope) {
  static const std::vector<const Hook*> hooks = Registered<Hook>::all();
  for (const Hook* hook : hooks) {
    if (hook->takes(envelope)) return hook;
  }
  return nullptr;
}

}  // namespace mega
