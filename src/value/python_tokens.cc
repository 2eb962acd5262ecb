#include "value/python_tokens.h"

#include "base/text.h"
#include "base/utf8.h"
#include "value/number.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string>

namespace mega {
namespace {

bool is_prefix_letter(char c) {
  return c == 'u' || c == 'U' || c == 'b' || c == 'B' || c == 'r' || c == 'R';
}

// The length of the prefix at `at`, 0 for a quote without one; nullopt: no string begins there.
std::optional<std::size_t> prefix_bytes(std::string_view text, std::size_t at) {
  for (std::size_t bytes = 0; bytes <= 2 && at + bytes < text.size(); ++bytes) {
    const char c = text[at + bytes];
    if (c == '\'' || c == '"') return bytes;
    if (!is_prefix_letter(c)) return std::nullopt;
  }
  return std::nullopt;
}

void append_utf8(char32_t c, std::string& out) {
  const auto push = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) return push(c);
  if (c < 0x800) {
    push(0xc0 | (c >> 6));
  } else if (c < 0x10000) {
    push(0xe0 | (c >> 12));
    push(0x80 | ((c >> 6) & 0x3f));
  } else {
    push(0xf0 | (c >> 18));
    push(0x80 | ((c >> 12) & 0x3f));
    push(0x80 | ((c >> 6) & 0x3f));
  }
  push(0x80 | (c & 0x3f));
}

bool is_high_half(char32_t c) { return c >= 0xd800 && c <= 0xdbff; }
bool is_low_half(char32_t c) { return c >= 0xdc00 && c <= 0xdfff; }

// Reads a run of strings that join. Collects bytes and decides at the end whether they are text.
class TextReader {
 public:
  TextReader(std::string_view text, std::size_t at) : text_(text), at_(at) {}

  std::optional<Refusal> run();
  Value take();
  std::size_t at() const { return at_; }

 private:
  bool piece();
  bool escape();
  bool hex_escape(std::size_t start);
  bool octal_escape();
  bool unicode_escape(std::size_t start, std::size_t digits);
  bool code_point(std::size_t start, char32_t c);

  // Reads `digits` hexadecimal digits at at_; nullopt, and nothing read: they are not there.
  std::optional<char32_t> hex(std::size_t digits);
  void byte_or_code_point(char32_t c);
  bool refuse(std::size_t at, std::string message);
  bool closes() const { return text_.substr(at_, closing_.size()) == closing_; }

  std::string_view text_;
  std::size_t at_;
  bool unicode_ = false, bytes_ = false, raw_ = false;  // of the current piece
  std::string_view closing_;                            // its one or three quotes
  std::string out_;
  std::optional<Refusal> refusal_;
};

bool TextReader::refuse(std::size_t at, std::string message) {
  refusal_ = Refusal{at, std::move(message)};
  return false;
}

std::optional<Refusal> TextReader::run() {
  for (;;) {
    if (!piece()) return std::move(refusal_);
    const std::size_t next = skip_python_blanks(text_, at_);
    if (!is_python_text(text_, next)) return std::nullopt;
    at_ = next;
  }
}

bool TextReader::piece() {
  const std::size_t start = at_;
  const std::string prefix = to_lower(text_.substr(at_, *prefix_bytes(text_, at_)));
  const auto has = [&prefix](char c) { return prefix.find(c) != std::string::npos; };
  unicode_ = has('u');
  bytes_ = has('b');
  raw_ = has('r');
  if (prefix.size() == 2 && (!raw_ || prefix == "rr" || prefix == "ru")) {
    return refuse(start, "no string has this prefix");
  }
  at_ += prefix.size();
  const std::string_view three = text_.substr(at_, 3);
  const bool triple = three == "'''" || three == "\"\"\"";
  closing_ = text_.substr(at_, triple ? 3 : 1);
  at_ += closing_.size();
  const std::array<char, 3> stops{closing_[0], '\\', '\n'};
  for (;;) {
    const std::size_t stop = text_.find_first_of({stops.data(), triple ? 2U : 3U}, at_);
    if (stop == std::string_view::npos) return refuse(start, "this string is not closed");
    out_.append(text_, at_, stop - at_);
    at_ = stop;
    if (text_[at_] == '\n') return refuse(start, "this string is not closed on its line");
    if (text_[at_] == '\\') {
      if (!escape()) return false;
    } else if (closes()) {
      at_ += closing_.size();
      return true;
    } else {
      out_ += text_[at_++];  // one or two quotes inside three
    }
  }
}

bool TextReader::escape() {
  const std::size_t start = at_++;
  if (at_ == text_.size()) return true;  // piece() finds that the string is not closed
  const char c = text_[at_];
  if (raw_) {
    if (unicode_ && (c == 'u' || c == 'U')) {
      ++at_;
      return unicode_escape(start, c == 'u' ? 4 : 8);
    }
    out_ += '\\';
    out_ += c;
    ++at_;
    return true;
  }
  static constexpr std::string_view names = "\\'\"abfnrtv";
  static constexpr std::string_view meanings = "\\'\"\a\b\f\n\r\t\v";
  if (const std::size_t i = names.find(c); i != std::string_view::npos) {
    out_ += meanings[i];
    ++at_;
    return true;
  }
  if (c >= '0' && c <= '7') return octal_escape();
  ++at_;
  if (c == '\n') return true;  // the line continues
  if (c == 'x') return hex_escape(start);
  if (!bytes_ && c == 'u') return unicode_escape(start, 4);
  if (!bytes_ && c == 'U') return unicode_escape(start, 8);
  if (!bytes_ && c == 'N' && text_.substr(at_).starts_with('{')) {
    return refuse(start, "characters by name (\\N{..}) are not accepted");
  }
  out_ += '\\';  // as Python keeps the backslash of an unknown escape
  out_ += c;
  return true;
}

bool TextReader::hex_escape(std::size_t start) {
  const auto c = hex(2);
  if (!c) return refuse(start, "\\x wants two hexadecimal digits behind it");
  byte_or_code_point(*c);
  return true;
}

bool TextReader::octal_escape() {
  char32_t c = 0;
  for (int i = 0; i < 3 && at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '7'; ++i) {
    c = c * 8 + static_cast<char32_t>(text_[at_++] - '0');
  }
  byte_or_code_point(unicode_ ? c : c & 0xff);
  return true;
}

void TextReader::byte_or_code_point(char32_t c) {
  if (unicode_) return append_utf8(c, out_);
  out_ += static_cast<char>(c);
}

bool TextReader::unicode_escape(std::size_t start, std::size_t digits) {
  const auto c = hex(digits);
  if (c) return code_point(start, *c);
  if (unicode_) {
    return refuse(start, fmt::format("\\{} wants {} hexadecimal digits behind it",
                                     digits == 4 ? 'u' : 'U', digits));
  }
  out_.append(text_, start, 2);  // as in C:\users: to Python 2 it is no escape here
  return true;
}

bool TextReader::code_point(std::size_t start, char32_t c) {
  if (is_high_half(c) && text_.substr(at_, 2) == "\\u") {
    at_ += 2;
    const auto low = hex(4);
    if (!low || !is_low_half(*low)) return refuse(start, "half of a surrogate pair");
    c = 0x10000 + ((c - 0xd800) << 10) + (*low - 0xdc00);
  }
  if (is_high_half(c) || is_low_half(c)) return refuse(start, "half of a surrogate pair");
  if (c > 0x10ffff) return refuse(start, "no character has this number");
  append_utf8(c, out_);
  return true;
}

std::optional<char32_t> TextReader::hex(std::size_t digits) {
  if (text_.size() - at_ < digits) return std::nullopt;
  char32_t number = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const char c = text_[at_ + i];
    const char lower = static_cast<char>(c | 0x20);
    if (c >= '0' && c <= '9') {
      number = number * 16 + static_cast<char32_t>(c - '0');
    } else if (lower >= 'a' && lower <= 'f') {
      number = number * 16 + static_cast<char32_t>(lower - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  at_ += digits;
  return number;
}

Value TextReader::take() {
  if (is_utf8(out_)) return std::move(out_);
  return Bytes{std::move(out_)};
}

// Fast path for nearly all strings: the text between the quotes when the string at `at` is one
// piece without prefix and escapes; else nullopt.
std::optional<std::string_view> plain_text(std::string_view text, std::size_t at) {
  const char quote = text[at];
  if (quote != '\'' && quote != '"') return std::nullopt;
  std::size_t end = at + 1;
  while (end < text.size() && text[end] != quote && text[end] != '\\' && text[end] != '\n') ++end;
  if (end == text.size() || text[end] != quote) return std::nullopt;
  if (is_python_text(text, skip_python_blanks(text, end + 1))) return std::nullopt;
  const std::string_view inside = text.substr(at + 1, end - at - 1);
  if (!is_utf8(inside)) return std::nullopt;
  return inside;
}

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

// Removes the underscores. False: one is neither between two digits nor behind a prefix like 0x.
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

std::size_t skip_python_blanks(std::string_view text, std::size_t at) {
  const auto is_blank = [](char c) {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
  };
  for (;;) {
    while (at < text.size() && is_blank(text[at])) ++at;
    if (at == text.size() || text[at] != '#') return at;
    at = std::min(text.find('\n', at), text.size());
  }
}

bool is_python_text(std::string_view text, std::size_t at) {
  return prefix_bytes(text, at).has_value();
}

std::optional<Refusal> read_python_text(std::string_view text, std::size_t& at, Value& into) {
  if (const auto plain = plain_text(text, at)) {
    at += plain->size() + 2;
    into = *plain;
    return std::nullopt;
  }
  TextReader reader(text, at);
  if (auto refusal = reader.run()) return refusal;
  at = reader.at();
  into = reader.take();
  return std::nullopt;
}

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
