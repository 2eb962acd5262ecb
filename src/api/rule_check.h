// Checks a rule against the functions that there are: a rule that can never fit was meant
// otherwise, and a "may not" of that kind would leave open what it should close.
#pragma once

#include "base/result.h"
#include "trust/rule.h"

namespace mega {

// Errors: invalid_argument with the rule, what is wrong and what to write: a function or an
// argument that is none, a value that the argument cannot have or has in another spelling, targets
// of functions that concern no host.
Result<void> check_rule(const Rule& rule);

}  // namespace mega
