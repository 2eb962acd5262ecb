// Admission: may this caller ask for this, through this door, in this way? Deny by default.
//
// Admission of calls whose hosts stand in the store: a list with ranges, a condition.
//
// Each host counts by all of its names, so that a rule about the one is not passed by with the
// other: a "may not" that fits any of them forbids, a "may" has to fit one. Different hosts may be
// allowed by different rules, as in several calls.
#pragma once

#include "api/function.h"
#include "trust/rule.h"
#include "wire/envelope.h"

#include <set>
#include <string>
#include <vector>

namespace mega {

// The function that the envelope names and the caller may call, now and here. `function` is set as
// soon as it is known, so that a refusal takes the function's shape; `legacy_functions` narrows the
// legacy door unless it is empty.
// What rules say is for admit_call(), when the arguments are known.
// Errors: unknown_function with a did-you-mean, not_allowed, not_implemented, bad_envelope.
Result<const Function*> admit(const Caller& caller, const Envelope& envelope,
                              const std::set<std::string>& legacy_functions,
                              const Function*& function);

// The last word, with the arguments bound: admit_host(), then the rules. The sentence that says why
// it may. Errors: not_allowed.
Result<std::string> admit_call(const Api& api, const Caller& caller, const Function& function,
                               const Args& args);

// Permission::agent is for the caller's own host only (host_claims.h), admins excepted. Errors:
// not_allowed.
Result<void> admit_host(const Services& services, const Caller& caller, const Function& function,
                        const Args& args);

// Requires: function.find_hosts. The sentence that says why it may. Errors: not_allowed, those of
// find_hosts.
Result<std::string> admit_hosts(const Api& api, const Caller& caller, const Function& function,
                                const Args& args);

}  // namespace mega
