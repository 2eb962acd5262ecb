// Checks a rule against the existing functions: a rule that can never fit is a mistake, and such a
// "may not" would allow calls that it was meant to forbid.
#pragma once

#include "base/result.h"
#include "trust/rule.h"

namespace mega {

// Errors: invalid_argument with the rule, the fault and the correction: an unknown function or
// argument, a value that the argument cannot have or that has another canonical form, targets for
// functions that concern no host.
Result<void> check_rule(const Rule& rule);

}  // namespace mega
