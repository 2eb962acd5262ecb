// The writer of Python literals.
#include "base/text.h"
#include "base/utf8.h"
#include "value/number.h"
#include "value/python.h"

#include <array>
#include <cmath>

namespace mega {
namespace {

// Bytes that may need an escape inside a string: E may start EOF.
constexpr std::array<bool, 256> needs_a_look = [] {
  std::array<bool, 256> needs{};
  for (std::size_t c = 0; c < needs.size(); ++c) needs[c] = c < 0x20 || c >= 0x7f;
  for (const char c : {'\'', '\\', 'E'}) needs[static_cast<unsigned char>(c)] = true;
  return needs;
}();

class Writer {
 public:
  Writer(PythonStyle style, std::string& out) : style_(style), out_(out) {}

  void operator()(std::monostate) { out_ += "None"; }
  void operator()(bool truth) { out_ += truth ? "True" : "False"; }
  void operator()(std::int64_t number) { append_integer(number, out_); }
  void operator()(double number) {
    if (std::isnan(number)) {
      out_ += "None";
    } else {
      append_real(number, out_);
    }
  }
  void operator()(const std::string& text) {
    if (style_.ascii || is_utf8(text)) return write_text(text, style_.ascii);
    write_bytes(text);
  }
  void operator()(const Bytes& bytes) { write_bytes(bytes.data); }
  void operator()(const Digits& digits) { out_ += digits.text; }
  void operator()(Time time) { write_text(format_local(time), true); }
  void operator()(const List& list) {
    out_ += '[';
    write_items(list);
    out_ += ']';
  }
  void operator()(const Tuple& tuple) {
    out_ += '(';
    write_items(tuple.items);
    out_ += tuple.items.size() == 1 ? ",)" : ")";
  }
  void operator()(const Set& set) {
    if (set.items.empty()) {
      out_ += "set()";
      return;
    }
    out_ += '{';
    write_items(set.items);
    out_ += '}';
  }
  void operator()(const Map& map) {
    out_ += '{';
    const char* between = "";
    for (const auto& [key, value] : map.entries()) {
      out_ += between;
      write(key);
      out_ += ": ";
      write(value);
      between = ", ";
    }
    out_ += '}';
  }
  void operator()(const Row& row) {
    out_ += '{';
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (i > 0) out_ += ", ";
      (*this)((*row.columns)[i]);
      out_ += ": ";
      write_cell(row.cells[i]);
    }
    out_ += '}';
  }
  void operator()(const Rows& rows) {
    const std::vector<std::string> keys = keys_of(*rows.columns);
    out_ += '[';
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (row > 0) out_ += ", ";
      write_row(keys, rows.cells.data() + row * keys.size());
    }
    out_ += ']';
  }

  void write(const Value& value) { std::visit(*this, value.data); }

 private:
  // To Python 2 every string is bytes; to Python 3 those with the prefix b.
  void write_bytes(std::string_view bytes) {
    if (!style_.ascii) out_ += 'b';
    write_text(bytes, true);
  }

  void write_items(const List& items) {
    const char* between = "";
    for (const Value& item : items) {
      out_ += between;
      write(item);
      between = ", ";
    }
  }

  // The text before each cell, "{'id': ", ", 'name': ", ..., formatted once for all rows.
  std::vector<std::string> keys_of(const std::vector<std::string>& columns) const {
    std::vector<std::string> keys;
    keys.reserve(columns.size());
    for (const std::string& column : columns) {
      std::string& key = keys.emplace_back(keys.empty() ? "{" : ", ");
      Writer(style_, key)(column);
      key += ": ";
    }
    return keys;
  }

  void write_row(const std::vector<std::string>& keys, const Value* cells) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      out_ += keys[i];
      write_cell(cells[i]);
    }
    out_ += '}';
  }

  // Every cell is written as text, as callers of 2014 expect.
  void write_cell(const Value& cell) {
    if (cell.is<std::string>() || cell.is<Bytes>() || cell.is<Time>()) return write(cell);
    if (cell.is_none() || cell.is<bool>() || cell.is<std::int64_t>() || cell.is<double>() ||
        cell.is<Digits>()) {
      out_ += '\'';
      write(cell);
      out_ += '\'';
      return;
    }
    write_text(to_python(cell, {.ascii = style_.ascii, .hide_terminator = false}), style_.ascii);
  }

  // Quoted and escaped as repr does it.
  void write_text(std::string_view text, bool ascii) {
    const bool has_single = text.find('\'') != std::string_view::npos;
    const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
    out_ += quote;
    std::size_t clean = 0;  // where the bytes start that can be copied as they are
    for (std::size_t at = 0; at < text.size();) {
      if (!needs_a_look[static_cast<unsigned char>(text[at])]) {
        ++at;
        continue;
      }
      const std::size_t kept = bytes_kept(text, at, quote, ascii);
      if (kept > 0) {
        at += kept;
        continue;
      }
      out_.append(text, clean, at - clean);
      at += write_escaped(text, at);
      clean = at;
    }
    out_.append(text, clean, text.size() - clean);
    out_ += quote;
  }

  // The number of bytes at `at` (for which needs_a_look is true) to copy as they are; 0: escape it.
  std::size_t bytes_kept(std::string_view text, std::size_t at, char quote, bool ascii) const {
    const char c = text[at];
    if (c == 'E') return style_.hide_terminator && text.substr(at, 3) == "EOF" ? 0 : 1;
    if (c == '\'') return quote == '\'' ? 0 : 1;
    if (static_cast<unsigned char>(c) < 0x80 || ascii) return 0;
    const Utf8 character = next_utf8(text.substr(at));
    return character.valid ? character.bytes : 0;
  }

  // Returns how many bytes of `text` were written.
  std::size_t write_escaped(std::string_view text, std::size_t at) {
    static constexpr char hex[] = "0123456789abcdef";
    const char c = text[at];
    switch (c) {
      case 'E':
        out_ += "E\\x4fF";
        return 3;
      case '\'':
      case '\\':
        out_ += '\\';
        out_ += c;
        return 1;
      case '\n':
        out_ += "\\n";
        return 1;
      case '\r':
        out_ += "\\r";
        return 1;
      case '\t':
        out_ += "\\t";
        return 1;
      default: {
        const auto byte = static_cast<unsigned char>(c);
        out_ += "\\x";
        out_ += hex[byte >> 4];
        out_ += hex[byte & 15];
        return 1;
      }
    }
  }

  PythonStyle style_;
  std::string& out_;
};

}  // namespace

void write_python(const Value& value, PythonStyle style, std::string& out) {
  Writer(style, out).write(value);
}

std::string to_python(const Value& value, PythonStyle style) {
  std::string out;
  write_python(value, style, out);
  return out;
}

std::string to_python(const CallArguments& arguments, PythonStyle style) {
  std::string out;
  for (const Value& value : arguments.positional) {
    if (!out.empty()) out += ',';
    write_python(value, style, out);
  }
  for (const auto& [name, value] : arguments.named) {
    if (!out.empty()) out += ',';
    out += name;
    out += '=';
    write_python(value, style, out);
  }
  return out;
}

}  // namespace mega
