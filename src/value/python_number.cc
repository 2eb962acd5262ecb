#include "value/python_number.h"

#include "base/text.h"
#include "value/number.h"

#include <algorithm>
#include <string>

namespace mega {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex_digit(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return is_digit(c) || (lower >= 'a' && lower <= 'f');
}

// 16, 8 or 2 for a text that opens with 0x, 0o or 0b; else 0.
unsigned base_of_prefix(std::string_view text) {
  if (text.size() < 2 || text[0] != '0') return 0;
  switch (text[1] | 0x20) {
    case 'x':
      return 16;
    case 'o':
      return 8;
    case 'b':
      return 2;
    default:
      return 0;
  }
}

bool are_digits(std::string_view text, unsigned base) {
  const auto is_one = [base](char c) {
    return base == 16 ? is_hex_digit(c) : c >= '0' && c < static_cast<char>('0' + base);
  };
  return !text.empty() && std::ranges::all_of(text, is_one);
}

// Without its underscores; false when one stands elsewhere than between two digits, or behind 0x.
bool drop_underscores(std::string& text) {
  const unsigned base = base_of_prefix(text);
  const auto is_one = [base](char c) { return base == 16 ? is_hex_digit(c) : is_digit(c); };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') continue;
    const bool behind_prefix = base != 0 && i == 2;
    if (!behind_prefix && (i == 0 || !is_one(text[i - 1]))) return false;
    if (i + 1 == text.size() || !is_one(text[i + 1])) return false;
  }
  std::erase(text, '_');
  return true;
}

auto no_number(std::string_view token) {
  return fail(Errc::invalid_argument, "{} is no number", quoted(token));
}

}  // namespace

std::string_view python_number_token(std::string_view text) {
  const bool hex = base_of_prefix(text) == 16;
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    const char c = text[end];
    const char lower = static_cast<char>(c | 0x20);
    const bool letter = (lower >= 'a' && lower <= 'z') || c == '_';
    const bool sign = end > 0 && !hex && (c == '+' || c == '-') && (text[end - 1] | 0x20) == 'e';
    if (!letter && !is_digit(c) && c != '.' && !sign) break;
  }
  return text.substr(0, end);
}

Result<Value> read_python_number(std::string_view token, bool negative) {
  std::string cleaned;
  std::string_view text = token;
  if (text.find('_') != std::string_view::npos) {
    cleaned = token;
    if (!drop_underscores(cleaned)) return no_number(token);
    text = cleaned;
  }
  const unsigned prefixed = base_of_prefix(text);
  std::string_view digits = text;
  if (digits.ends_with('L') || digits.ends_with('l')) digits.remove_suffix(1);
  if (prefixed != 0) digits.remove_prefix(2);
  if (are_digits(digits, prefixed != 0 ? prefixed : 10)) {
    const bool octal = prefixed == 0 && digits.starts_with('0');
    if (octal && !are_digits(digits, 8)) {
      return fail(Errc::invalid_argument, "{} is no octal number, as the 0 at its start says",
                  quoted(token));
    }
    return integer_from(negative, digits, octal ? 8 : prefixed != 0 ? prefixed : 10);
  }
  if (prefixed == 0 && (text.ends_with('j') || text.ends_with('J'))) {
    return fail(Errc::invalid_argument, "complex numbers are not accepted");
  }
  const auto real = real_from(text);
  if (!real) return no_number(token);
  return Value(negative ? -*real : *real);
}

}  // namespace mega
