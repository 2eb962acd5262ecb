#include "mail/format/idna.h"

#include "base/utf8.h"

#include <algorithm>

namespace mega {
namespace {

// The parameters of RFC 3492, section 5.
constexpr std::uint32_t base = 36, t_min = 1, t_max = 26, skew = 38, damp = 700;
constexpr std::uint32_t bias_first = 72;
constexpr char32_t code_first = 0x80;
constexpr std::size_t letters_max = 63;  // of a label in DNS; keeps all sums below within 32 bits

char digit(std::uint32_t value) {
  return static_cast<char>(value < 26 ? 'a' + value : '0' + (value - 26));
}

std::uint32_t adapted(std::uint32_t delta, std::uint32_t points, bool first) {
  delta = first ? delta / damp : delta / 2;
  delta += delta / points;
  std::uint32_t k = 0;
  for (; delta > (base - t_min) * t_max / 2; k += base) delta /= base - t_min;
  return k + (base - t_min + 1) * delta / (delta + skew);
}

// Appends a variable-length integer (section 3.3).
void append_number(std::string& out, std::uint32_t number, std::uint32_t bias) {
  for (std::uint32_t k = base;; k += base) {
    const std::uint32_t t = k <= bias ? t_min : std::min(k - bias, t_max);
    if (number < t) break;
    out += digit(t + (number - t) % (base - t));
    number = (number - t) / (base - t);
  }
  out += digit(number);
}

bool is_ascii(char32_t code) { return code < 0x80; }

bool is_between(char32_t code, char32_t first, char32_t last) {
  return code >= first && code <= last;
}

// Lower case, for the regular parts of Unicode's tables: whole blocks, or alternating pairs of a
// capital and its small letter.
char32_t small(char32_t code) {
  if (is_between(code, 'A', 'Z')) return code + 32;
  if (is_between(code, 0xff01, 0xff5e)) return small(code - 0xfee0);   // full width
  if (is_between(code, 0xc0, 0xde) && code != 0xd7) return code + 32;  // Latin-1
  if (is_between(code, 0x391, 0x3a9)) return code + 32;                // Greek
  if (is_between(code, 0x410, 0x42f)) return code + 32;                // Cyrillic
  if (is_between(code, 0x400, 0x40f)) return code + 80;
  if (code == 0x178) return 0xff;
  const bool even_capitals = is_between(code, 0x100, 0x12f) || is_between(code, 0x132, 0x137) ||
                             is_between(code, 0x14a, 0x177) || is_between(code, 0x460, 0x481);
  const bool odd_capitals = is_between(code, 0x139, 0x148) || is_between(code, 0x179, 0x17e);
  if (even_capitals) return code | 1;
  return odd_capitals ? code + (code & 1) : code;
}

bool is_dot(char32_t code) {
  return code == '.' || code == 0x3002 || code == 0xff0e || code == 0xff61;
}

bool is_unseen(char32_t code) {
  return is_between(code, 0x80, 0xa0) || code == 0xad || is_between(code, 0x2000, 0x200f) ||
         is_between(code, 0x2028, 0x202f) || is_between(code, 0x205f, 0x206f) || code == 0x3000 ||
         code == 0xfeff;
}

Result<std::string> ascii_label(std::string_view label) {
  if (std::ranges::all_of(label, [](char c) { return is_ascii(static_cast<unsigned char>(c)); })) {
    return std::string(label);
  }
  std::u32string letters;
  for (std::size_t at = 0; at < label.size();) {
    const Utf8 next = next_utf8(label.substr(at));
    if (is_unseen(next.code)) {
      return fail(Errc::invalid_argument,
                  "a blank or invisible character (U+{:04X}) may not stand in a domain",
                  static_cast<std::uint32_t>(next.code));
    }
    letters += small(next.code);
    at += next.bytes;
  }
  if (std::ranges::all_of(letters, is_ascii)) return std::string(letters.begin(), letters.end());
  auto encoded = punycode(letters);
  if (!encoded) return fail(Errc::invalid_argument, "a part of its domain is too long");
  return "xn--" + *encoded;
}

}  // namespace

std::optional<std::string> punycode(std::u32string_view letters) {
  if (letters.size() > letters_max) return std::nullopt;
  std::string out;
  for (const char32_t code : letters) {
    if (is_ascii(code)) out += static_cast<char>(code);
  }
  const auto basic = static_cast<std::uint32_t>(out.size());
  if (basic > 0) out += '-';
  std::uint32_t done = basic, delta = 0, bias = bias_first;
  for (char32_t code = code_first; done < letters.size();) {
    char32_t next = 0x10ffff;
    for (const char32_t other : letters) {
      if (other >= code) next = std::min(next, other);
    }
    delta += (next - code) * (done + 1);
    for (const char32_t other : letters) {
      if (other < next) ++delta;
      if (other != next) continue;
      append_number(out, delta, bias);
      bias = adapted(delta, done + 1, done == basic);
      delta = 0;
      ++done;
    }
    ++delta;
    code = next + 1;
  }
  return out;
}

Result<std::string> ascii_domain(std::string_view domain) {
  std::string all, label;
  const auto close_label = [&]() -> Result<void> {
    auto ascii = ascii_label(label);
    if (!ascii) return fail(ascii.error());
    all += *ascii;
    label.clear();
    return {};
  };
  for (std::size_t at = 0; at < domain.size();) {
    const Utf8 next = next_utf8(domain.substr(at));
    if (is_dot(next.code)) {
      if (auto closed = close_label(); !closed) return fail(closed.error());
      all += '.';
    } else {
      label += domain.substr(at, next.bytes);
    }
    at += next.bytes;
  }
  if (auto closed = close_label(); !closed) return fail(closed.error());
  return all;
}

}  // namespace mega
