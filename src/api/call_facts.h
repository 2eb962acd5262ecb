// A call as rules see it: whatever way it was written in, equal calls look equal.
//
// Values are those that bind() has made, with defaults filled in, under the argument's own name
// rather than an older spelling. As text:
//
//   number, flag      digits; 1 or 0
//   time              2014-07-31 14:13:07 in the zone of the server
//   address           canonical; one that is mapped (::ffff:10.0.0.1) is 10.0.0.1 as well
//   tags              name=value, one value for each
//   list, tuple, set  its elements, one value for each, in lists of lists too
//   map               its literal, its keys and what they hold
//   None              no value
//
// The hosts that a call concerns are its arguments of the kind address, those that the function
// names in endpoint_params and host_param, and of a function for the caller's own host that names
// none the caller's.
#pragma once

#include "api/function.h"
#include "trust/rule.h"
#include "wire/envelope.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Only with the arguments that some rule looks at: others may be large.
Asked asked_of(const Caller& caller, const Function& function, const Args& args,
               const std::vector<Rule>& rules, std::string_view bound_address = {});

// The texts of one value; empty: none.
std::vector<std::string> values_of(const Value& value, Kind kind);

// The hosts in a value: a host, hosts with commas or blanks between them, or lists of them. With
// `with_port` each may have ":PORT" behind it. In lower case, addresses in canonical form.
std::vector<std::string> hosts_of(const Value& value, bool with_port = false);

// Whether the function can concern a host at all.
bool concerns_hosts(const Function& function);

}  // namespace mega
