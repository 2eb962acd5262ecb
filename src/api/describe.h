// Text descriptions of functions: the seed's ArgSpec line, the page of `mega funcs NAME`,
// docs/FUNCTIONS.md.
#pragma once

#include "api/function.h"

#include <string>

namespace mega {

// "ArgSpec(args=['model', 'ip'], varargs=None, keywords=None, defaults=(None, None))", letter for
// letter as Python 2's str(inspect.getargspec(f)).
std::string arg_spec(const Function& function);

// The 30 functions of 2014 by name, then all others by name.
std::vector<const Function*> all_functions();

// Signature, summary, arguments with kinds and defaults, permission, answer, example.
std::string describe(const Function& function);

// The content of docs/FUNCTIONS.md.
std::string functions_markdown();

}  // namespace mega
