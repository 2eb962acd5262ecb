// Lists of hosts: parsed as users type them, and folded into short text.
//
//   db1, web3 10.0.0.7        names, separated by commas or blanks
//   db[01-17,20]              db01 to db17, and db20: leading zeros stay
//   rack[1-2]-db[1-3]         six hosts
//
// Brackets hold numbers and ranges of numbers, whose ends are written like the numbers between them:
// c[09-010] is an error, because it could mean c10 or c010. Pure: does not check whether the hosts exist.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

inline constexpr std::size_t hosts_max = 100'000;

// The names in the order written, without duplicates; empty for blank text. Errors:
// invalid_argument with a caret under the mistake, also for more than hosts_max names.
Result<std::vector<std::string>> parse_host_list(std::string_view text);

// "db[01-17,20],web3": short text that parse_host_list() expands to the same names. Names that
// differ only in their last number form one group; the groups and their numbers are sorted.
std::string fold_hosts(std::span<const std::string> names);

}  // namespace mega
