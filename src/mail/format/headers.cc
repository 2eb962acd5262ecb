#include "mail/format/headers.h"

#include "base/text.h"
#include "base/utf8.h"
#include "mail/format/encoded_word.h"

#include <algorithm>
#include <array>

namespace mega {
namespace {

constexpr std::size_t columns_max = 76;
constexpr std::size_t parameter_bytes_max = 50;  // per line of a parameter

std::vector<std::string> words_of(std::string_view plain) {
  std::vector<std::string> words;
  for (const std::string_view word : split(plain, ' ')) {
    if (!word.empty()) words.emplace_back(word);
  }
  return words;
}

bool is_atom(std::string_view name) {
  return std::ranges::all_of(name, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ' ' ||
           c == '-' || c == '_';
  });
}

std::string in_quotes(std::string_view text) {
  std::string all = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') all += '\\';
    all += c;
  }
  return all + '"';
}

// The display name as the words before the address.
std::vector<std::string> phrase_of(const std::string& name) {
  if (name.empty()) return {};
  const std::string written = is_atom(name) ? name : in_quotes(name);
  return is_plain_text(written) ? words_of(written) : encoded_words(name);
}

bool is_token_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
         c == '-' || c == '_';
}

std::string percent_encoded(std::string_view bytes) {
  std::string all;
  for (const char c : bytes) {
    if (is_token_character(c))
      all += c;
    else
      all += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return all;
}

// name*0*=UTF-8''...; name*1*=...; no character is split.
std::vector<std::string> extended_parameter(std::string_view name, std::string_view text) {
  std::vector<std::string> lines;
  std::string value;
  const auto end_line = [&] {
    lines.push_back(
        fmt::format("{}*{}*={}{}", name, lines.size(), lines.empty() ? "UTF-8''" : "", value));
    value.clear();
  };
  while (!text.empty()) {
    const std::size_t bytes = next_utf8(text).bytes;
    const std::string character = percent_encoded(text.substr(0, bytes));
    if (value.size() + character.size() > parameter_bytes_max) end_line();
    value += character;
    text.remove_prefix(bytes);
  }
  end_line();
  if (lines.size() == 1) return {fmt::format("{}*={}", name, lines[0].substr(name.size() + 4))};
  return lines;
}

constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

int number_at(std::string_view iso, std::size_t from, std::size_t digits) {
  return static_cast<int>(parse_integer(iso.substr(from, digits)).value_or(1));
}

// Sakamoto's algorithm; 0 is Sunday.
int weekday_of(int year, int month, int day) {
  constexpr std::array shift{0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
  if (month < 3) --year;
  return (year + year / 4 - year / 100 + year / 400 + shift[static_cast<std::size_t>(month - 1)] +
          day) %
         7;
}

}  // namespace

void Headers::add_folded(std::string_view name, const std::vector<std::string>& words) {
  text_ += name;
  text_ += ':';
  std::size_t column = name.size() + 1;
  bool first = true;  // not folded: some readers end the header at a blank line
  for (const std::string& word : words) {
    if (!first && column + 1 + word.size() > columns_max) {
      text_ += "\r\n";
      column = 0;
    }
    text_ += ' ';
    text_ += word;
    column += 1 + word.size();
    first = false;
  }
  text_ += "\r\n";
}

void Headers::add_text(std::string_view name, std::string_view text) {
  const std::string line = header_text(text);
  add_folded(name, is_plain_text(line) ? words_of(line) : encoded_words(line));
}

void Headers::add_addresses(std::string_view name, const std::vector<MailAddress>& addresses) {
  if (addresses.empty()) return;
  std::vector<std::string> words;
  for (const MailAddress& each : addresses) {
    if (!words.empty()) words.back() += ',';
    for (std::string& word : phrase_of(header_text(each.name))) words.push_back(std::move(word));
    words.push_back(each.name.empty() ? each.address : "<" + each.address + ">");
  }
  add_folded(name, words);
}

void Headers::add(std::string_view name, std::string_view value) {
  add_folded(name, words_of(value));
}

void Headers::add_with_parameter(std::string_view name, std::string_view value,
                                 std::string_view parameter, std::string_view text) {
  std::vector<std::string> words{std::string(value) + ";"};
  const std::string line = header_text(text);
  const std::string written = in_quotes(line);
  if (written.size() <= parameter_bytes_max && is_plain_text(line)) {
    words.push_back(std::string(parameter) + "=" + written);
  } else {
    for (std::string& part : extended_parameter(parameter, line)) {
      words.push_back(std::move(part) + ";");
    }
    words.back().pop_back();
  }
  add_folded(name, words);
}

std::string mail_date(Time time) {
  const std::string iso = format_iso(time);  // 2014-07-31T14:13:07+08:00
  const int year = number_at(iso, 0, 4), month = number_at(iso, 5, 2), day = number_at(iso, 8, 2);
  return fmt::format("{}, {:02} {} {:04} {} {}{}",
                     weekdays[static_cast<std::size_t>(weekday_of(year, month, day))], day,
                     months[static_cast<std::size_t>(month - 1)], year, iso.substr(11, 8),
                     iso.substr(19, 3), iso.substr(23, 2));
}

}  // namespace mega
