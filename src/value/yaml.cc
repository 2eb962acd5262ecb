#include "value/yaml.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "base/utf8.h"
#include "value/number.h"
#include "value/python.h"

namespace mega {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Four numbers between points, which no version of YAML reads as a number.
bool is_ipv4(std::string_view text) {
  const auto parts = split(text, '.');
  return parts.size() == 4 && std::ranges::all_of(parts, [](std::string_view part) {
           return !part.empty() && std::ranges::all_of(part, is_digit);
         });
}

bool is_printable(char32_t c) {
  if (c < 0x20 || c == 0x7f) return false;
  return !(c >= 0x80 && c < 0xa0) && c != 0x2028 && c != 0x2029 && c != 0xfeff && c != 0xfffe &&
         c != 0xffff;
}

bool is_printable(std::string_view text) {
  for (; !text.empty(); text.remove_prefix(next_utf8(text).bytes)) {
    if (!is_printable(next_utf8(text).code)) return false;
  }
  return true;
}

// Whether the text needs no quotes: it starts like a word or a path, contains nothing that ends a
// plain scalar, and is not a word with another meaning.
bool is_plain(std::string_view text) {
  static constexpr std::array<std::string_view, 11> meant = {
      "true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "nan"};
  if (text.empty() || text.back() == ' ') return false;
  if (is_ipv4(text)) return true;
  const char first = text.front();
  if (!is_letter(first) && first != '_' && first != '/' && (first & 0x80) == 0) return false;
  if (text.find_first_of(",[]{}\"'\\") != std::string_view::npos || !is_printable(text)) {
    return false;
  }
  if (text.back() == ':' || text.find(": ") != std::string_view::npos ||
      text.find(" #") != std::string_view::npos) {
    return false;
  }
  return std::ranges::find(meant, to_lower(text)) == meant.end();
}

void write_quoted(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const Utf8 c = next_utf8(text);
    if (c.code == '"' || c.code == '\\') {
      out += '\\';
      out += text[0];
    } else if (c.code == '\n') {
      out += "\\n";
    } else if (c.code == '\t') {
      out += "\\t";
    } else if (is_printable(c.code)) {
      out += text.substr(0, c.bytes);
    } else {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c.code));
    }
    text.remove_prefix(c.bytes);
  }
  out += '"';
}

// Whether the text may be a literal block: several lines, printable except for tabs; the first line
// with text does not start with a blank, which would read as indentation, and the last line is not
// only blanks.
bool is_block(std::string_view text) {
  if (text.find('\n') == std::string_view::npos) return false;
  const auto lines = split(text, '\n');
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  const auto written = [](std::string_view line) { return !line.empty(); };
  const auto first = std::ranges::find_if(lines, written);
  if (first == lines.end() || is_blank(first->front())) return false;
  if (!lines.back().empty() && std::ranges::all_of(lines.back(), is_blank)) return false;
  return std::ranges::all_of(lines, [](std::string_view line) {
    return std::ranges::all_of(split(line, '\t'),
                               [](std::string_view part) { return is_printable(part); });
  });
}

// Where a value is written: alone, behind "key:" or behind "-".
enum class Place { root, key, dash };

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  // `indent` is that of the key or dash before it.
  void write(const Value& value, Place place, std::size_t indent);

 private:
  void write_list(const List& list, Place place, std::size_t indent);
  template <class KeyAt, class ValueAt>
  void write_map(std::size_t count, KeyAt key_at, ValueAt value_at, Place place,
                 std::size_t indent);
  void write_key(const Value& key, std::size_t indent);
  void write_block(std::string_view text, std::size_t indent);
  void write_scalar(const Value& value);
  void write_text(const std::string& text);
  void write_binary(std::string_view bytes) { out_ += "!!binary \"" + encode_base64(bytes) + '"'; }
  // Writes the line break and the indentation before item number `i` of a list or map.
  void start_item(std::size_t i, Place place, std::size_t indent) {
    if (i == 0 && place == Place::key) out_ += '\n';
    if (i > 0 || place != Place::dash) out_.append(indent, ' ');
  }
  void write_empty(std::string_view brackets, Place place) {
    if (place == Place::key) out_ += ' ';
    out_ += brackets;
    out_ += '\n';
  }

  std::string& out_;
};

void Writer::write(const Value& value, Place place, std::size_t indent) {
  const std::size_t inner = place == Place::root ? 0 : indent + 2;
  if (const auto* list = value.as<List>()) return write_list(*list, place, inner);
  if (const auto* tuple = value.as<Tuple>()) return write_list(tuple->items, place, inner);
  if (const auto* set = value.as<Set>()) return write_list(set->items, place, inner);
  if (const auto* map = value.as<Map>()) {
    const auto& entries = map->entries();
    return write_map(
        entries.size(), [&](std::size_t i) -> const Value& { return entries[i].first; },
        [&](std::size_t i) -> const Value& { return entries[i].second; }, place, inner);
  }
  if (const auto* row = value.as<Row>()) {
    return write_map(
        row->cells.size(), [&](std::size_t i) -> Value { return (*row->columns)[i]; },
        [&](std::size_t i) -> const Value& { return row->cells[i]; }, place, inner);
  }
  if (const auto* rows = value.as<Rows>()) {
    if (rows->size() == 0) return write_empty("[]", place);
    const std::size_t width = rows->columns->size();
    for (std::size_t at = 0; at < rows->size(); ++at) {
      start_item(at, place, inner);
      out_ += "- ";
      write_map(
          width, [&](std::size_t i) -> Value { return (*rows->columns)[i]; },
          [&](std::size_t i) -> const Value& { return rows->cells[at * width + i]; }, Place::dash,
          inner + 2);
    }
    return;
  }
  if (place == Place::key) out_ += ' ';
  const auto* text = value.as<std::string>();
  if (text && is_utf8(*text) && is_block(*text)) return write_block(*text, indent + 2);
  write_scalar(value);
  out_ += '\n';
}

void Writer::write_list(const List& list, Place place, std::size_t indent) {
  if (list.empty()) return write_empty("[]", place);
  for (std::size_t i = 0; i < list.size(); ++i) {
    start_item(i, place, indent);
    out_ += "- ";
    write(list[i], Place::dash, indent);
  }
}

template <class KeyAt, class ValueAt>
void Writer::write_map(std::size_t count, KeyAt key_at, ValueAt value_at, Place place,
                       std::size_t indent) {
  if (count == 0) return write_empty("{}", place);
  for (std::size_t i = 0; i < count; ++i) {
    start_item(i, place, indent);
    write_key(key_at(i), indent);
    write(value_at(i), Place::key, indent);
  }
}

void Writer::write_key(const Value& key, std::size_t indent) {
  constexpr std::size_t key_bytes_max = 1024;  // limit for a key on the line of its value
  const std::size_t start = out_.size();
  const bool nested = key.is<List>() || key.is<Tuple>() || key.is<Set>() || key.is<Map>() ||
                      key.is<Row>() || key.is<Rows>();
  if (nested) {
    write_quoted(to_python(key, {.ascii = false, .hide_terminator = false}), out_);
  } else {
    write_scalar(key);
  }
  if (out_.size() - start > key_bytes_max) {
    out_.insert(start, "? ");
    out_ += '\n';
    out_.append(indent, ' ');
  }
  out_ += ':';
}

void Writer::write_block(std::string_view text, std::size_t indent) {
  const bool ends = text.ends_with('\n');
  const bool ends_twice = text.ends_with("\n\n");
  out_ += ends_twice ? "|+\n" : ends ? "|\n" : "|-\n";
  if (ends) text.remove_suffix(1);
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty()) out_.append(indent, ' ');
    out_ += line;
    out_ += '\n';
  }
}

void Writer::write_scalar(const Value& value) {
  if (value.is_none()) {
    out_ += "null";
  } else if (const auto* truth = value.as<bool>()) {
    out_ += *truth ? "true" : "false";
  } else if (const auto* number = value.as<std::int64_t>()) {
    append_integer(*number, out_);
  } else if (const auto* digits = value.as<Digits>()) {
    out_ += digits->text;
  } else if (const auto* real = value.as<double>()) {
    if (std::isnan(*real)) {
      out_ += ".nan";
    } else if (std::isinf(*real)) {
      out_ += *real < 0 ? "-.inf" : ".inf";
    } else {
      std::string text;
      append_real(*real, text);
      // Version 1.1 requires a point in a number with an exponent.
      const std::size_t e = text.find('e');
      if (e != std::string::npos && text.find('.') == std::string::npos) text.insert(e, ".0");
      out_ += text;
    }
  } else if (const auto* time = value.as<Time>()) {
    write_quoted(format_iso(*time), out_);
  } else if (const auto* bytes = value.as<Bytes>()) {
    write_binary(bytes->data);
  } else {
    write_text(*value.as<std::string>());
  }
}

void Writer::write_text(const std::string& text) {
  if (!is_utf8(text)) {
    write_binary(text);
  } else if (is_plain(text)) {
    out_ += text;
  } else {
    write_quoted(text, out_);
  }
}

}  // namespace

void write_yaml(const Value& value, std::string& out) { Writer(out).write(value, Place::root, 0); }

std::string to_yaml(const Value& value) {
  std::string out;
  write_yaml(value, out);
  return out;
}

}  // namespace mega
