// What a server says about rights, as `mega call --explain` and `mega server access` tell it.
#pragma once

#include "base/result.h"
#include "net/client.h"
#include "value/python.h"

#include <string>
#include <vector>

namespace mega {

// ARGS of the function explain: what would be called, and how; with hosts a script on these.
CallArguments explain_arguments(const std::string& function, const CallArguments& arguments,
                                const std::vector<std::string>& hosts);

// Calls explain and prints "allowed: why". Errors: not_allowed with "not allowed: why", those of
// Asker::ask, corrupt when the answer is none of explain.
Result<void> print_verdict(Asker& asker, const CallArguments& explained);

}  // namespace mega
