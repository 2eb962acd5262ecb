// Bounds on the arguments of one call, in whichever form they come: text, list or map.
#pragma once

#include <cstddef>

namespace mega {

// No function has nearly as many parameters.
inline constexpr std::size_t call_arguments_max = 1000;

// The number of values in arguments that come as text, keys counted: bounds the memory that a text
// of short values takes.
inline constexpr std::size_t call_values_max = 250'000;

}  // namespace mega
