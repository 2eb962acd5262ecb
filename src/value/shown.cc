#include "value/shown.h"

#include "base/text.h"
#include "value/python.h"

namespace mega {
namespace {

constexpr std::size_t shown_bytes_max = 60;

}  // namespace

std::string shown(const Value& value) {
  if (value.is_none()) return "None";
  if (const auto* text = value.as<std::string>()) {
    return fmt::format("text {}", quoted(*text, shown_bytes_max));
  }
  // Avoids making the literal of a large map only to truncate it.
  if (!value.is<std::int64_t>() && !value.is<double>() && !value.is<bool>() &&
      !value.is<Digits>()) {
    const bool plural = value.is<Bytes>() || value.is<Rows>();
    return fmt::format("{}{}", plural ? "" : "a ", kind_name(value));
  }
  std::string literal = to_python(value);
  if (literal.size() > shown_bytes_max) literal.replace(shown_bytes_max, literal.npos, "...");
  return fmt::format("{} {}", kind_name(value), literal);
}

}  // namespace mega
