// Kinds: the values that each parameter type accepts, and their conversion.
//
// Text that holds a number is accepted for an integer, and an integer for text, because callers of
// 2014 send either.
#pragma once

#include "api/function.h"
#include "value/shown.h"

#include <optional>
#include <string>
#include <string_view>

namespace mega {

// "address", "port": for tables.
std::string_view name_of(Kind kind);

// "an IPv4 or IPv6 address": the text after "takes" in an error.
std::string_view takes(Kind kind);

// Converts `value` to the form that Args expects; bytes that are no UTF-8 become text of these
// bytes. False when it does not fit the kind; `why` may then be more specific than takes(). With
// `strict` false a real is accepted as text.
bool accept(Kind kind, Value& value, bool strict, std::string& why);

// The limit of the parameter, else that of its kind.
std::size_t bytes_max_of(const ParamInfo& param);
std::size_t bytes_max_of(Kind kind);

// The bytes of an argument as limits count them: of its texts, and 8 for any other value, list or
// map that it has.
std::size_t bytes_in(const Value& value);

// The canonical text of an IPv4 (dotted quad, no leading zeros) or IPv6 address; nullopt: neither.
std::optional<std::string> canonical_address(std::string_view text);

// An IPv4 peer of a dual-stack socket appears as ::ffff:10.0.0.7: returns the address without that
// prefix; any other text unchanged. A view of `address`, which must be canonical.
std::string_view unmapped(std::string_view address);

}  // namespace mega
