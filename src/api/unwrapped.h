// Converts optional arguments of checked types to the plain optionals of the store's models.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

namespace mega {

template <class T>
std::optional<std::int64_t> number_of(const std::optional<T>& given) {
  if (!given) return std::nullopt;
  if constexpr (std::is_same_v<T, bool>) {
    return *given ? 1 : 0;
  } else {
    return given->number;
  }
}

template <class T>
std::optional<std::string> text_of(const std::optional<T>& given) {
  if (!given) return std::nullopt;
  return given->text;
}

}  // namespace mega
