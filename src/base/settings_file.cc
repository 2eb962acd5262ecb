#include "base/settings_file.h"

#include "base/byte_order_mark.h"
#include "base/text.h"
#include "base/utf8.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace mega {
namespace {

bool is_name_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

// The digits of a TOML integer without their underscores; nullopt: not an integer of 64 bits.
std::optional<std::string> integer_of(std::string_view word) {
  std::string digits;
  if (word.starts_with('-')) digits = "-";
  if (word.starts_with('-') || word.starts_with('+')) word.remove_prefix(1);
  if (word.starts_with('_') || word.ends_with('_') || word.find("__") != word.npos)
    return std::nullopt;
  if (word.size() > 1 && word.starts_with('0')) return std::nullopt;  // octal elsewhere
  for (const char c : word) {
    if (c == '-') return std::nullopt;
    if (c != '_') digits += c;
  }
  if (!parse_integer(digits)) return std::nullopt;
  return digits;
}

// A recursive-descent parser that reads the text once.
class Reader {
 public:
  Reader(std::string_view text, std::string_view file) : rest_(text), file_(file) {}

  Result<std::vector<FileSetting>> read() {
    rest_ = without_byte_order_mark(rest_);
    for (skip_empty_lines(); !rest_.empty(); skip_empty_lines()) {
      const auto done = rest_.starts_with('[') ? read_section() : read_setting();
      if (!done) return fail(done.error());
      skip_blanks();
      if (!skip_line_end()) return wrong("want nothing more on this line, found {}", shown());
    }
    return std::move(found_);
  }

 private:
  template <class... A>
  Failure wrong(fmt::format_string<A...> format, A&&... args) const {
    return fail(Errc::invalid_argument, "{}:{}: {}", file_, line_,
                fmt::format(format, std::forward<A>(args)...));
  }

  // The rest of the line, for an error message.
  std::string shown() const {
    const std::string_view line = rest_.substr(0, rest_.find_first_of("\r\n"));
    return line.empty() ? "the end of the line" : mega::quoted(line, 20);
  }

  bool skip(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t"), rest_.size()));
  }

  // Skips a comment and the end of the line, or the end of the text. False: neither is here.
  bool skip_line_end() {
    if (rest_.starts_with('#')) rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
    if (rest_.empty()) return true;
    if (!skip("\n") && !skip("\r\n")) return false;
    ++line_;
    return true;
  }

  void skip_empty_lines() {
    for (skip_blanks(); !rest_.empty() && skip_line_end();) skip_blanks();
  }

  // [section]
  Result<void> read_section() {
    skip("[");
    if (rest_.starts_with('[')) return wrong("want one bracket around a section's name");
    const auto name = read_name();
    if (!name) return fail(name.error());
    if (name->find('.') != std::string::npos) return within(*name);
    if (!skip("]")) return wrong("want ] behind the section's name, found {}", shown());
    if (const auto at = sections_.emplace(*name, line_); !at.second) {
      return wrong("section [{}] stands in line {} already", *name, at.first->second);
    }
    section_ = *name + ".";
    return {};
  }

  // name = value
  Result<void> read_setting() {
    FileSetting setting{{}, line_, SettingKind::text, {}};
    const auto name = read_name();
    if (!name) return fail(name.error());
    setting.name = section_ + *name;
    if (std::ranges::count(setting.name, '.') > 1) return within(setting.name);
    if (!skip("=")) return wrong("want = behind {}, found {}", *name, shown());
    if (const auto at = names_.emplace(setting.name, line_); !at.second) {
      return wrong("{} is set in line {} already", setting.name, at.first->second);
    }
    skip_blanks();
    const auto done = read_value(setting);
    if (!done) return fail(done.error());
    found_.push_back(std::move(setting));
    return {};
  }

  Result<void> within(std::string_view name) const {
    return wrong("{} is a name in a section within a section", mega::quoted(name));
  }

  // "name" or "section.name", and the blanks around it.
  Result<std::string> read_name() {
    std::string name;
    do {
      skip_blanks();
      const auto end = std::ranges::find_if_not(rest_, is_name_letter);
      const auto part = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
      if (part.empty()) return wrong("want a name of letters, digits, _ and -, found {}", shown());
      name += (name.empty() ? "" : ".") + std::string(part);
      rest_.remove_prefix(part.size());
      skip_blanks();
    } while (skip("."));
    return name;
  }

  Result<void> read_value(FileSetting& setting) {
    if (rest_.starts_with('"') || rest_.starts_with('\'')) {
      auto text = read_text();
      if (!text) return fail(text.error());
      setting.values.push_back(std::move(*text));
      return {};
    }
    if (rest_.starts_with('[')) return read_list(setting);
    const std::string_view word = rest_.substr(0, rest_.find_first_of(" \t\r\n#,"));
    if (word == "true" || word == "false") {
      setting.written = SettingKind::flag;
      setting.values = {std::string(word)};
    } else if (auto digits = integer_of(word)) {
      setting.written = SettingKind::integer;
      setting.values = {std::move(*digits)};
    } else {
      return wrong(
          "want a text in quotes, a whole number, true, false or a list of texts, found {}",
          shown());
    }
    rest_.remove_prefix(word.size());
    return {};
  }

  Result<void> read_list(FileSetting& setting) {
    skip("[");
    setting.written = SettingKind::list;
    for (skip_empty_lines(); !skip("]"); skip_empty_lines()) {
      if (!rest_.starts_with('"') && !rest_.starts_with('\'')) {
        return wrong("want a text in quotes or ] in a list, found {}", shown());
      }
      auto text = read_text();
      if (!text) return fail(text.error());
      setting.values.push_back(std::move(*text));
      skip_empty_lines();
      if (!skip(",") && !rest_.starts_with(']')) {
        return wrong("want a comma or ] in a list, found {}", shown());
      }
    }
    return {};
  }

  // "text" with escapes or 'text' without.
  Result<std::string> read_text() {
    const char quote = rest_[0];
    if (rest_.starts_with(std::string(3, quote)))
      return wrong("a setting is no text of several lines");
    rest_.remove_prefix(1);
    std::string text;
    while (!rest_.starts_with(quote)) {
      if (rest_.empty() || rest_[0] == '\n' || rest_.starts_with("\r\n")) {
        return wrong("the text has no closing {}", quote);
      }
      if (quote == '"' && rest_[0] == '\\') {
        if (!read_escape(text)) return wrong("there is no escape {}", shown());
        continue;
      }
      const Utf8 character = next_utf8(rest_);
      if (!character.valid) return wrong("{} is no UTF-8", mega::quoted(rest_.substr(0, 1)));
      if ((character.code < 0x20 && character.code != '\t') || character.code == 0x7f) {
        return wrong("want the escape {} for a control character",
                     mega::quoted(rest_.substr(0, 1)));
      }
      text += rest_.substr(0, character.bytes);
      rest_.remove_prefix(character.bytes);
    }
    rest_.remove_prefix(1);
    return text;
  }

  // Appends the character that the escape at the front means. False, and nothing read: not an
  // escape.
  bool read_escape(std::string& text) {
    constexpr std::string_view letters = "btnfr\"\\";
    constexpr std::string_view meanings = "\b\t\n\f\r\"\\";
    const char letter = rest_.size() > 1 ? rest_[1] : '\0';
    if (const auto at = letters.find(letter); letter != '\0' && at != letters.npos) {
      text += meanings[at];
      rest_.remove_prefix(2);
      return true;
    }
    const std::size_t digits = letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    if (digits == 0 || rest_.size() < 2 + digits) return false;
    char32_t code = 0;
    for (const char c : rest_.substr(2, digits)) {
      const auto digit = hex_digit(c);
      if (!digit) return false;
      code = code << 4 | *digit;
    }
    if (!append_utf8(text, code)) return false;
    rest_.remove_prefix(2 + digits);
    return true;
  }

  std::string_view rest_;
  std::string_view file_;
  int line_ = 1;
  std::string section_;                  // "legacy." or empty
  std::map<std::string, int> sections_;  // with their lines
  std::map<std::string, int> names_;
  std::vector<FileSetting> found_;
};

}  // namespace

Result<std::vector<FileSetting>> parse_settings_file(std::string_view text, std::string_view file) {
  if (text.size() > settings_file_bytes_max) {
    return fail(Errc::invalid_argument, "{}: a settings file has at most {} bytes", file,
                settings_file_bytes_max);
  }
  return Reader(text, file).read();
}

}  // namespace mega
