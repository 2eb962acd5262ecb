#include "api/masked.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace mega {
namespace {

constexpr std::string_view mask = "***";

bool is_secret(std::string_view name) {
  // "content" is a whole script.
  static constexpr std::array words{"password", "passwd", "pwd",     "secret",
                                    "token",    "sql",    "content", "input"};
  const std::string lower = to_lower(name);
  return std::ranges::any_of(words,
                             [&](const char* word) { return lower.find(word) != lower.npos; });
}

Value masked(const Value& value);

List masked(const List& items) {
  List out;
  out.reserve(items.size());
  for (const Value& item : items) out.push_back(masked(item));
  return out;
}

Value masked(const Value& value) {
  if (const auto* list = value.as<List>()) return masked(*list);
  if (const auto* tuple = value.as<Tuple>()) return Tuple{masked(tuple->items)};
  if (const auto* set = value.as<Set>()) return Set{masked(set->items)};
  // No secret, but of no use to who reads the log either.
  const auto* text = value.as<std::string>();
  if (text && text->starts_with("-----BEGIN ")) return Value("(PEM)");
  const auto* map = value.as<Map>();
  if (!map) return value;
  std::vector<Map::Entry> out;
  out.reserve(map->size());
  for (const auto& [key, item] : map->entries()) {
    const auto* name = key.as<std::string>();
    out.emplace_back(key, name && is_secret(*name) ? Value(mask) : masked(item));
  }
  return Map::from_entries(std::move(out));
}

}  // namespace

std::string masked_arguments(const Function& function, const CallArguments& given,
                             std::size_t bytes_max) {
  CallArguments shown;
  for (std::size_t i = 0; i < given.positional.size(); ++i) {
    const bool secret = i < function.params.size() && is_secret(function.params[i].name);
    shown.positional.push_back(secret ? Value(mask) : masked(given.positional[i]));
  }
  for (const auto& [name, value] : given.named) {
    shown.named.emplace_back(name, is_secret(name) ? Value(mask) : masked(value));
  }
  std::string text = to_python(shown, {.ascii = false, .hide_terminator = false});
  if (text.size() <= bytes_max) return text;
  // Never within a character of several bytes.
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end) + "...";
}

}  // namespace mega
