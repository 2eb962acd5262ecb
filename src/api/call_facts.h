// The canonical form of a call that rules match: equal calls look equal, however they were written.
//
// Values are those that bind() has made, with defaults filled in, under the argument's current
// name, not an older spelling. As text:
//
//   number, flag      digits; 1 or 0
//   time              2014-07-31 14:13:07 in the zone of the server
//   address           canonical; one that is mapped (::ffff:10.0.0.1) is 10.0.0.1 as well
//   tags              name=value, one value for each
//   list, tuple, set  its elements, one value for each, in lists of lists too
//   map               its literal, its keys and its values
//   None              no value
//
// The hosts that a call concerns are its arguments of the kind address and those that the function
// names in endpoint_params and host_param. A call with Permission::agent that names none concerns
// the caller's own host.
#pragma once

#include "api/function.h"
#include "trust/rule.h"
#include "wire/envelope.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Contains only the arguments that some rule names; others may be large.
Asked asked_of(const Caller& caller, const Function& function, const Args& args,
               const std::vector<Rule>& rules, std::string_view bound_address = {});

// The texts of one value; empty for None.
std::vector<std::string> values_of(const Value& value, Kind kind);

// The hosts in a value: a host, hosts separated by commas or blanks, or lists of them. `with_port`:
// each may end in ":PORT". In lower case, addresses in canonical form.
std::vector<std::string> hosts_of(const Value& value, bool with_port = false);

// Whether calls of the function can concern a host.
bool concerns_hosts(const Function& function);

}  // namespace mega
