// The server's decision about rights, for `mega call --explain` and `mega server access`.
#pragma once

#include "base/result.h"
#include "net/client.h"
#include "value/python.h"

#include <string>
#include <vector>

namespace mega {

// Arguments of the function explain: the function and its arguments; with hosts, a script for them.
CallArguments explain_arguments(const std::string& function, const CallArguments& arguments,
                                const std::vector<std::string>& hosts);

// Calls explain and prints "allowed: why". Errors: not_allowed with "not allowed: why", those of
// Asker::ask, corrupt for an answer that is not explain's.
Result<void> print_verdict(Asker& asker, const CallArguments& explained);

}  // namespace mega
