// Lists of hosts as people write them, and written as short as people like to read them.
//
//   db1, web3 10.0.0.7        names, with commas or blanks between
//   db[01-17,20]              db01 to db17, and db20: leading zeros stay
//   rack[1-2]-db[1-3]         six hosts
//
// What stands in brackets is numbers and ranges of numbers. Pure: whether there is such a host is
// for others to say.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

inline constexpr std::size_t hosts_max = 100'000;

// The names in the order written, each once. Blank text is no hosts.
// Errors: invalid_argument with a caret under the place; for more than hosts_max, too.
Result<std::vector<std::string>> parse_host_list(std::string_view text);

// "db[01-17,20],web3": what parse_host_list() reads back as the same names. Names that share what
// stands around their last number are together; the order is that of the numbers.
std::string fold_hosts(std::span<const std::string> names);

}  // namespace mega
