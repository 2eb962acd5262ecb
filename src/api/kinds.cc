#include "api/kinds.h"

#include "base/text.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace mega {
namespace {

constexpr std::size_t name_bytes_max = 255;
constexpr std::size_t tag_name_bytes_max = 64;
constexpr std::size_t tags_max = 1000;
constexpr std::size_t word_bytes_max = 64;  // of a number, a flag or a time, given as text
constexpr std::size_t text_bytes_max = 64 << 10;

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
}

bool accept_any(Value&, bool, std::string&) { return true; }

bool accept_integer(Value& value, bool, std::string&) {
  if (value.is<std::int64_t>()) return true;
  if (const auto* flag = value.as<bool>()) {
    value = Value(static_cast<std::int64_t>(*flag));
    return true;
  }
  const auto* text = value.as<std::string>();
  const auto number = text ? parse_integer(trim(*text)) : std::nullopt;
  if (!number) return false;
  value = Value(static_cast<std::int64_t>(*number));
  return true;
}

template <std::int64_t least, std::int64_t most>
bool accept_range(Value& value, bool strict, std::string& why) {
  if (!accept_integer(value, strict, why)) return false;
  const std::int64_t number = *value.as<std::int64_t>();
  return number >= least && number <= most;
}

bool accept_flag(Value& value, bool, std::string&) {
  if (value.is<bool>()) return true;
  if (const auto* number = value.as<std::int64_t>()) {
    if (*number != 0 && *number != 1) return false;
    value = Value(*number == 1);
    return true;
  }
  const auto* text = value.as<std::string>();
  if (!text) return false;
  const std::string lower = to_lower(*text);
  const bool yes = lower == "true" || lower == "1";
  if (!yes && lower != "false" && lower != "0") return false;
  value = Value(yes);
  return true;
}

bool accept_text(Value& value, bool strict, std::string& why) {
  if (auto* bytes = value.as<Bytes>()) value = Value(std::move(bytes->data));
  if (const auto* text = value.as<std::string>()) {
    if (text->find('\0') == text->npos) return true;
    why = "text without zero bytes";
    return false;
  }
  if (value.is<std::int64_t>() || value.is<Digits>() || (value.is<double>() && !strict)) {
    value = Value(to_python(value));
    return true;
  }
  // Accepting a real would silently turn 5.10 into 5.1.
  if (value.is<double>()) why = "text: put the number in quotes";
  return false;
}

bool accept_name(Value& value, bool strict, std::string& why) {
  if (!accept_text(value, strict, why)) return false;
  const auto& text = *value.as<std::string>();
  return !text.empty() && text.size() <= name_bytes_max && !has_control(text);
}

bool accept_address(Value& value, bool, std::string&) {
  const auto* text = value.as<std::string>();
  auto address = text ? canonical_address(*text) : std::nullopt;
  if (!address) return false;
  if (*address != *text) value = Value(*std::move(address));
  return true;
}

bool accept_time(Value& value, bool, std::string& why) {
  if (value.is<Time>()) return true;
  const auto* text = value.as<std::string>();
  if (!text) return false;
  const auto time = parse_time(*text);
  if (!time) {
    why = fmt::format("{} ({})", takes(Kind::time), time.error().message);
    return false;
  }
  value = Value(*time);
  return true;
}

bool is_tag_name(std::string_view name) {
  return !name.empty() && name.size() <= tag_name_bytes_max &&
         std::ranges::all_of(name, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
                  c == '-';
         });
}

bool add_tag(Map& tags, std::string_view name, std::string_view text, std::string& why) {
  if (!is_tag_name(name)) {
    why = fmt::format("tags whose names have 1 to {} of a-z, 0-9, '_', '.' and '-' ({} has not)",
                      tag_name_bytes_max, quoted(name));
  } else if (text.size() > name_bytes_max || has_control(text) || !is_utf8(text)) {
    why = fmt::format(
        "tags whose values have at most {} bytes and no control characters (that of {} has not)",
        name_bytes_max, name);
  } else if (tags.size() == tags_max) {
    why = fmt::format("at most {} tags", tags_max);
  } else if (tags.find(name)) {
    why = fmt::format("each tag once ({} comes twice)", name);
  }
  if (!why.empty()) return false;
  tags.set(Value(name), Value(text));
  return true;
}

bool tags_from_text(std::string_view text, Map& tags, std::string& why) {
  if (trim(text).empty()) return true;  // no tags
  for (const std::string_view part : split(text, ',')) {
    const auto equals = part.find('=');
    const auto name = trim(part.substr(0, equals));
    const auto value = equals == part.npos ? std::string_view() : trim(part.substr(equals + 1));
    if (!add_tag(tags, name, value, why)) return false;
  }
  return true;
}

bool tags_from_map(const Map& map, Map& tags, std::string& why) {
  for (const auto& [key, given] : map.entries()) {
    const auto* name = key.as<std::string>();
    if (!name) {
      why = fmt::format("tags whose names are text ({} is none)", shown(key));
      return false;
    }
    Value value = given.is_none() ? Value("") : given;
    if (!accept_text(value, true, why)) {
      why =
          fmt::format("tags whose values are text (that of {} is {})", quoted(*name), shown(given));
      return false;
    }
    if (!add_tag(tags, *name, *value.as<std::string>(), why)) return false;
  }
  return true;
}

bool accept_tags(Value& value, bool, std::string& why) {
  Map tags;
  if (const auto* map = value.as<Map>()) {
    if (!tags_from_map(*map, tags, why)) return false;
  } else if (const auto* text = value.as<std::string>()) {
    if (!tags_from_text(*text, tags, why)) return false;
  } else {
    return false;
  }
  value = Value(std::move(tags));
  return true;
}

struct KindRow {
  Kind kind;
  std::string_view name;
  std::string_view takes;
  bool (*accept)(Value&, bool strict, std::string& why);
  std::size_t bytes_max;
};

constexpr std::int64_t integer_max = INT64_MAX;

// Indexed by Kind.
constexpr KindRow rows[] = {
    {Kind::any, "any", "any value", accept_any, text_bytes_max},
    {Kind::flag, "flag", "true or false", accept_flag, word_bytes_max},
    {Kind::integer, "integer", "an integer of 64 bits", accept_integer, word_bytes_max},
    {Kind::natural, "number", "an integer from 0 up", accept_range<0, integer_max>, word_bytes_max},
    {Kind::text, "text", "text", accept_text, text_bytes_max},
    {Kind::name, "name", "1 to 255 bytes of text without control characters", accept_name,
     name_bytes_max},
    {Kind::address, "address",
     "an IPv4 address (four numbers, no leading zeros) or an IPv6 address", accept_address,
     word_bytes_max},
    {Kind::port, "port", "a port, 1 to 65535", accept_range<1, 65535>, word_bytes_max},
    {Kind::state, "state", "0 (all), 1 (online) or 2 (offline)", accept_range<0, 2>,
     word_bytes_max},
    {Kind::instance_role, "role", "1 (master), 2 (slave) or 3 (single)", accept_range<1, 3>,
     word_bytes_max},
    {Kind::time, "time",
     "a time such as '2014-07-31 14:13:07' (in the zone of the server) or "
     "'2014-07-31T14:13:07+08:00'",
     accept_time, word_bytes_max},
    {Kind::tags, "tags", "tags: a map of names and values, or text such as 'env=prod,tier=1'",
     accept_tags, text_bytes_max},
};

const KindRow& row_of(Kind kind) { return rows[static_cast<std::size_t>(kind)]; }

}  // namespace

std::string_view name_of(Kind kind) { return row_of(kind).name; }

std::string_view takes(Kind kind) { return row_of(kind).takes; }

bool accept(Kind kind, Value& value, bool strict, std::string& why) {
  return row_of(kind).accept(value, strict, why);
}

std::size_t bytes_max_of(Kind kind) { return row_of(kind).bytes_max; }

std::size_t bytes_max_of(const ParamInfo& param) {
  return param.bytes_max.count > 0 ? param.bytes_max.count : bytes_max_of(param.kind);
}

std::size_t bytes_in(const Value& value) {
  constexpr std::size_t bytes_of_one = 8;
  const auto sum = [](const List& items) {
    return std::accumulate(
        items.begin(), items.end(), bytes_of_one,
        [](std::size_t bytes, const Value& item) { return bytes + bytes_in(item); });
  };
  if (const auto* text = value.as<std::string>()) return text->size();
  if (const auto* bytes = value.as<Bytes>()) return bytes->data.size();
  if (const auto* digits = value.as<Digits>()) return digits->text.size();
  if (const auto* list = value.as<List>()) return sum(*list);
  if (const auto* tuple = value.as<Tuple>()) return sum(tuple->items);
  if (const auto* set = value.as<Set>()) return sum(set->items);
  if (const auto* row = value.as<Row>()) return sum(row->cells);
  if (const auto* rows = value.as<Rows>()) return sum(rows->cells);
  std::size_t bytes = bytes_of_one;
  if (const auto* map = value.as<Map>()) {
    for (const auto& [key, item] : map->entries()) bytes += bytes_in(key) + bytes_in(item);
  }
  return bytes;
}

std::optional<std::string> canonical_address(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  if (text.size() >= buffer.size() || text.find('\0') != text.npos) return std::nullopt;
  std::ranges::copy(text, buffer.begin());
  in6_addr bytes{};
  for (const int family : {AF_INET, AF_INET6}) {
    if (inet_pton(family, buffer.data(), &bytes) != 1) continue;
    std::array<char, INET6_ADDRSTRLEN> canonical{};
    inet_ntop(family, &bytes, canonical.data(), canonical.size());
    return std::string(canonical.data());
  }
  return std::nullopt;
}

std::string_view unmapped(std::string_view address) {
  constexpr std::string_view mapped = "::ffff:";
  const bool is_mapped = address.starts_with(mapped) && address.find('.') != address.npos;
  return is_mapped ? address.substr(mapped.size()) : address;
}

}  // namespace mega
