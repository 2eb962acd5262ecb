// Admission of calls whose hosts stand in the store: a list with ranges, a condition.
//
// Each host counts by all of its names, so that a rule about the one is not passed by with the
// other: a "may not" that fits any of them forbids, a "may" has to fit one. Different hosts may be
// allowed by different rules, as in several calls.
#pragma once

#include "api/function.h"
#include "trust/rule.h"

#include <string>
#include <vector>

namespace mega {

// Requires: function.find_hosts. The sentence that says why it may. Errors: not_allowed, those of
// find_hosts.
Result<std::string> admit_hosts(const Api& api, const Caller& caller, const Function& function,
                                const Args& args);

}  // namespace mega
