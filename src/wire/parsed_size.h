// The memory that a request takes once it is parsed, which may be many times its own size. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace mega {

// Smaller payloads are not looked at: they cannot take much.
inline constexpr std::size_t small_payload_bytes = 64 << 10;

// At least the bytes that parsing the payload and binding its arguments take beside the payload
// itself; 0 for a small payload. Linear, and quicker than parsing.
std::size_t parsed_bytes(std::string_view payload);

}  // namespace mega
