// Admission: may this caller ask for this, through this door, in this way? Deny by default.
#pragma once

#include "api/function.h"
#include "wire/envelope.h"

#include <set>
#include <string>

namespace mega {

// The function that the envelope names and the caller may call, now and here. `function` is set as
// soon as it is known, so that a refusal takes the function's shape; `legacy_functions` narrows the
// legacy door unless it is empty.
// Errors: unknown_function with a did-you-mean, not_allowed, not_implemented, bad_envelope.
Result<const Function*> admit(const Caller& caller, const Envelope& envelope,
                              const std::set<std::string>& legacy_functions,
                              const Function*& function);

// Why a TYPE other than 0 is not done: not_allowed, not_implemented, bad_envelope.
Error refuse_remote(const Caller& caller, const Envelope& envelope);

// Permission::agent is for the caller's own host only, admins excepted. Errors: not_allowed.
Result<void> admit_host(const Caller& caller, const Function& function, const Args& args);

}  // namespace mega
