#include "value/masked.h"

#include "base/text.h"

#include <algorithm>
#include <array>

namespace mega {
namespace {

List masked_items(const List& items) {
  List out;
  out.reserve(items.size());
  for (const Value& item : items) out.push_back(masked(item));
  return out;
}

}  // namespace

bool is_secret(std::string_view name) {
  // "content" is a whole script.
  static constexpr std::array words{"password", "passwd", "pwd",     "secret",
                                    "token",    "sql",    "content", "input"};
  const std::string lower = to_lower(name);
  return std::ranges::any_of(words,
                             [&](const char* word) { return lower.find(word) != lower.npos; });
}

Value masked(const Value& value) {
  if (const auto* list = value.as<List>()) return masked_items(*list);
  if (const auto* tuple = value.as<Tuple>()) return Tuple{masked_items(tuple->items)};
  if (const auto* set = value.as<Set>()) return Set{masked_items(set->items)};
  // Not a secret, but of no use in a log.
  const auto* text = value.as<std::string>();
  if (text && text->starts_with("-----BEGIN ")) return Value("(PEM)");
  const auto* map = value.as<Map>();
  if (!map) return value;
  std::vector<Map::Entry> out;
  out.reserve(map->size());
  for (const auto& [key, item] : map->entries()) {
    const auto* name = key.as<std::string>();
    out.push_back({key, name && is_secret(*name) ? Value(secret_mask) : masked(item)});
  }
  return Map::from_entries(std::move(out));
}

}  // namespace mega
