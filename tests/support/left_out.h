// For tests that name functions of several modules, in a build without some of them (MEGA_WITHOUT).
#pragma once

#include "api/function.h"

#include <string_view>

namespace mega {

// The modules that are not in this build; empty: all are.
#ifdef MEGA_WITHOUT
constexpr std::string_view left_out_modules = MEGA_WITHOUT;
#else
constexpr std::string_view left_out_modules;
#endif

// Whether the function may be one of a module that is left out.
inline bool is_left_out(std::string_view function) {
  return !left_out_modules.empty() && !find_function(function);
}

}  // namespace mega
