#include "value/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <vector>

namespace mega {
namespace {

unsigned digit_value(char c) {
  if (c <= '9') return static_cast<unsigned>(c - '0');
  return static_cast<unsigned>((c | 0x20) - 'a') + 10;
}

// Schoolbook, nine decimal digits per limb, lowest first. Quadratic, bounded by
// based_digits_max; takes several digits at once, as many as fit.
std::string to_decimal(std::string_view digits, unsigned base) {
  constexpr std::uint64_t limb_values = 1'000'000'000;
  std::vector<std::uint32_t> limbs;
  while (!digits.empty()) {
    std::uint64_t carry = 0, factor = 1;
    while (!digits.empty() && factor * base <= limb_values) {
      factor *= base;
      carry = carry * base + digit_value(digits.front());
      digits.remove_prefix(1);
    }
    for (std::uint32_t& limb : limbs) {
      carry += std::uint64_t{limb} * factor;
      limb = static_cast<std::uint32_t>(carry % limb_values);
      carry /= limb_values;
    }
    if (carry > 0) limbs.push_back(static_cast<std::uint32_t>(carry));
  }
  std::string text = fmt::format("{}", limbs.back());
  for (auto limb = limbs.rbegin() + 1; limb != limbs.rend(); ++limb) {
    fmt::format_to(std::back_inserter(text), "{:09}", *limb);
  }
  return text;
}

// Whether `text`, a valid real outside the range of a double, is huge rather than tiny: decided by
// the decimal exponent of its first digit that is not 0.
bool is_huge(std::string_view text) {
  const std::size_t e = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, e);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t first = std::min(mantissa.find_first_of("123456789"), mantissa.size());
  auto magnitude = static_cast<double>(point) - static_cast<double>(first);
  if (e != std::string_view::npos) {
    std::string_view exponent = text.substr(e + 1);
    const bool negative = exponent.starts_with('-');
    if (negative || exponent.starts_with('+')) exponent.remove_prefix(1);
    double number = 0;
    for (const char c : exponent) number = number * 10 + (c - '0');
    magnitude += negative ? -number : number;
  }
  return magnitude > 0;
}

bool skip_digits(std::string_view text, std::size_t& at) {
  const std::size_t start = at;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
  return at > start;
}

bool is_real(std::string_view text) {
  std::size_t at = 0;
  bool digits = skip_digits(text, at);
  if (at < text.size() && text[at] == '.') digits = skip_digits(text, ++at) || digits;
  if (!digits) return false;
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (!skip_digits(text, at)) return false;
  }
  return at == text.size();
}

}  // namespace

Result<Value> integer_from(bool negative, std::string_view digits, unsigned base) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) return Value(0);
  const std::size_t most_digits = base == 10 ? integer_digits_max : based_digits_max;
  if (digits.size() > most_digits) {
    return fail(Errc::invalid_argument, "an integer of more than {} digits", most_digits);
  }
  std::uint64_t number = 0;
  const auto read =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, static_cast<int>(base));
  constexpr std::uint64_t most = std::numeric_limits<std::int64_t>::max();
  if (read.ec == std::errc{} && number <= most + (negative ? 1 : 0)) {
    return Value(static_cast<std::int64_t>(negative ? 0 - number : number));
  }
  std::string text = base == 10 ? std::string(digits) : to_decimal(digits, base);
  if (negative) text.insert(text.begin(), '-');
  return Value(Digits{std::move(text)});
}

Result<double> real_from(std::string_view text) {
  if (!is_real(text)) return fail(Errc::invalid_argument, "no number");
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec == std::errc::result_out_of_range) {
    return is_huge(text) ? std::numeric_limits<double>::infinity() : 0.0;
  }
  return number;
}

void append_integer(std::int64_t number, std::string& out) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(digits, end);
}

void append_real(double number, std::string& out) {
  if (std::isinf(number)) {
    out += number < 0 ? "-1e999" : "1e999";
    return;
  }
  if (std::signbit(number)) out += '-';
  number = std::fabs(number);
  // "d.ddde+XX" gives the shortest digits and the exponent; Python chooses the form by the latter.
  char buffer[32];
  const auto end =
      std::to_chars(std::begin(buffer), std::end(buffer), number, std::chars_format::scientific)
          .ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::size_t e = text.find('e');
  const int size = (text[e + 2] - '0') * 10 + (text[e + 3] - '0');
  const bool three_digits = text.size() > e + 4;
  const int exponent = text[e + 1] == '-' ? -size : size;
  if (three_digits || exponent < -4 || exponent >= 16) {
    out += text;
    return;
  }
  std::string digits(1, text[0]);
  if (e > 1) digits += text.substr(2, e - 2);
  if (exponent < 0) {
    out += "0.";
    out.append(static_cast<std::size_t>(-exponent - 1), '0');
    out += digits;
    return;
  }
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  out.append(digits, 0, whole);
  out += '.';
  out += digits.size() > whole ? std::string_view(digits).substr(whole) : "0";
}

}  // namespace mega
