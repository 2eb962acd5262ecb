// Kinds: what each type of parameter takes, and how what callers send becomes it.
//
// Text that holds a number passes for an integer and an integer for text, because callers of 2014
// send either.
#pragma once

#include "api/function.h"

#include <optional>
#include <string>
#include <string_view>

namespace mega {

// "address", "port": a word for tables.
std::string_view name_of(Kind kind);

// "an IPv4 or IPv6 address": what stands behind "takes" in an error.
std::string_view takes(Kind kind);

// Turns `value` into the form that Args expects. False when it is none of the kind; `why` may then
// say more than takes() does. `strict` false lets a real pass for text.
bool accept(Kind kind, Value& value, bool strict, std::string& why);

// "text \"10.0.0.999\"", "integer 70000", "None": a value as errors show it, cut short.
std::string shown(const Value& value);

// The canonical text of an IPv4 (dotted quad, no leading zeros) or IPv6 address; nullopt: neither.
std::optional<std::string> canonical_address(std::string_view text);

// An IPv4 peer of a socket for both families comes as ::ffff:10.0.0.7: the address without that
// prefix. Of any other text the text. A view of `address`, which must be canonical.
std::string_view unmapped(std::string_view address);

}  // namespace mega
