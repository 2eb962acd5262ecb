// Admission: whether a caller may make a call, through its door and in its form. Deny by default.
//
// A function with find_hosts is admitted for each of its hosts. A host counts by all of its names,
// so that a rule about one name cannot be bypassed with another: a "may not" that fits any of the
// names forbids the call, a "may" has to fit one. Different hosts may be allowed by different
// rules, as in several calls.
#pragma once

#include "api/function.h"
#include "trust/rule.h"
#include "wire/envelope.h"

#include <set>
#include <string>
#include <vector>

namespace mega {

// Returns the function that the envelope names, if the caller may call it here. Sets `function` as
// soon as it is known, so that a refusal takes the function's shape. `legacy_functions` restricts
// the legacy door unless it is empty. Rules are not checked here: admit_call() does so, when the
// arguments are known. Errors: unknown_function with a did-you-mean, not_allowed, not_implemented,
// bad_envelope.
Result<const Function*> admit(const Caller& caller, const Envelope& envelope,
                              const std::set<std::string>& legacy_functions,
                              const Function*& function);

// The final check, with bound arguments: admit_host(), then the rules. Returns the sentence that
// gives the reason for admission. Errors: not_allowed.
Result<std::string> admit_call(const Api& api, const Caller& caller, const Function& function,
                               const Args& args);

// Checks that a call with Permission::agent concerns the caller's own host (host_claims.h); admins
// may name any host. Errors: not_allowed.
Result<void> admit_host(const Services& services, const Caller& caller, const Function& function,
                        const Args& args);

// As admit_call(), for a function with find_hosts. Requires: function.find_hosts. Returns the
// sentence that gives the reason for admission. Errors: not_allowed, those of find_hosts.
Result<std::string> admit_hosts(const Api& api, const Caller& caller, const Function& function,
                                const Args& args);

}  // namespace mega
