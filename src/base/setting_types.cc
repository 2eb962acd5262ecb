// How the values of settings are written and read: numbers with units, lists, flags.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/settings.h"
#include "base/text.h"

namespace mega {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// Largest first, so that the first that divides is the one to print.
constexpr std::array<Unit, 4> byte_units{
    {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"", 1}}};
constexpr std::array<Unit, 5> duration_units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}}};

// The digits at the front of `text` times the unit behind them; nullopt when that is no such thing
// or more than 64 bits hold.
std::optional<std::int64_t> parse_with_unit(std::string_view text, std::span<const Unit> units,
                                            std::int64_t without_unit) {
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto number = parse_integer(text.substr(0, digits));
  const std::string_view name = text.substr(digits);
  const auto unit = std::ranges::find(units, name, &Unit::name);
  if (!number || (!name.empty() && unit == units.end())) return std::nullopt;
  std::int64_t product = 0;
  const std::int64_t factor = name.empty() ? without_unit : unit->factor;
  if (__builtin_mul_overflow(*number, factor, &product)) return std::nullopt;
  return product;
}

std::string format_with_unit(std::int64_t number, std::span<const Unit> units) {
  const auto unit = std::ranges::find_if(
      units, [number](const Unit& u) { return number != 0 && number % u.factor == 0; });
  if (unit == units.end()) return "0";
  return fmt::format("{}{}", number / unit->factor, unit->name);
}

}  // namespace

Result<ByteCount> parse_bytes(std::string_view text) {
  const auto bytes = parse_with_unit(text, byte_units, 1);
  if (bytes) return ByteCount{*bytes};
  return fail(Errc::invalid_argument,
              "want a number of bytes like 1048576, 64KiB, 64MiB or 2GiB, not {}", quoted(text));
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  const auto length = parse_with_unit(text, duration_units, 1000);
  if (length) return std::chrono::milliseconds(*length);
  return fail(Errc::invalid_argument,
              "want a length of time like 300 (seconds), 1500ms, 300s, 10m, 12h or 7d, not {}",
              quoted(text));
}

std::string format_bytes(ByteCount count) { return format_with_unit(count.bytes, byte_units); }

std::string format_duration(std::chrono::milliseconds length) {
  return format_with_unit(length.count(), duration_units);
}

std::string SettingType<std::string>::to_text(const std::string& value) { return value; }

Result<std::string> SettingType<std::string>::from_text(std::string_view text) {
  return std::string(text);
}

std::string SettingType<std::vector<std::string>>::to_text(const std::vector<std::string>& value) {
  return join_text(value, ",");
}

Result<std::vector<std::string>> SettingType<std::vector<std::string>>::from_text(
    std::string_view text) {
  std::vector<std::string> list;
  for (const std::string_view part : split(text, ',')) {
    if (!trim(part).empty()) list.emplace_back(trim(part));
  }
  return list;
}

std::string SettingType<std::int64_t>::to_text(const std::int64_t& value) {
  return std::to_string(value);
}

Result<std::int64_t> SettingType<std::int64_t>::from_text(std::string_view text) {
  if (const auto number = parse_integer(text)) return *number;
  return fail(Errc::invalid_argument, "want a whole number, not {}", quoted(text));
}

std::string SettingType<ByteCount>::to_text(const ByteCount& value) { return format_bytes(value); }

Result<ByteCount> SettingType<ByteCount>::from_text(std::string_view text) {
  return parse_bytes(text);
}

std::string SettingType<std::chrono::milliseconds>::to_text(
    const std::chrono::milliseconds& value) {
  return format_duration(value);
}

Result<std::chrono::milliseconds> SettingType<std::chrono::milliseconds>::from_text(
    std::string_view text) {
  return parse_duration(text);
}

std::string SettingType<bool>::to_text(const bool& value) { return value ? "true" : "false"; }

Result<bool> SettingType<bool>::from_text(std::string_view text) {
  const std::string word = to_lower(text);
  for (const auto* yes : {"true", "yes", "on", "1"}) {
    if (word == yes) return true;
  }
  for (const auto* no : {"false", "no", "off", "0"}) {
    if (word == no) return false;
  }
  return fail(Errc::invalid_argument, "want true or false, not {}", quoted(text));
}

}  // namespace mega
