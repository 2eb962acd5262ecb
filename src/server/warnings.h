// What the settings allow and somebody probably did not mean: lines for the log of a server's
// start.
#pragma once

#include "server/options.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Callers of 2014 from other hosts, in the clear; empty: there can be none.
std::string warning_of_clear(const ServerOptions& options);

// For each rule whose WHO is nobody's name, and near to that of a role.
std::vector<std::string> warnings_of_names(const std::vector<Rule>& rules,
                                           const std::function<bool(std::string_view)>& is_known);

}  // namespace mega
