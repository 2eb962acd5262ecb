// The writers of JSON: without white space for the wire, in lines for people.
#include "base/text.h"
#include "value/json.h"
#include "value/number.h"
#include "value/python.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace mega {
namespace {

constexpr std::array<bool, 256> needs_escape = [] {
  std::array<bool, 256> needs{};
  for (std::size_t c = 0; c < 0x20; ++c) needs[c] = true;
  needs['"'] = needs['\\'] = true;
  return needs;
}();

// Requires: needs_escape[c].
void write_escape(char c, std::string& out) {
  static constexpr char hex[] = "0123456789abcdef";
  switch (c) {
    case '"':
    case '\\':
      out += '\\';
      out += c;
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      out += c < 0x10 ? "\\u000" : "\\u001";
      out += hex[c & 15];
  }
}

void write_string(std::string_view text, std::string& out) {
  out += '"';
  std::size_t clean = 0;  // where the bytes start that can be copied as they are
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!needs_escape[static_cast<unsigned char>(text[at])]) continue;
    out.append(text, clean, at - clean);
    write_escape(text[at], out);
    clean = at + 1;
  }
  out.append(text, clean, text.size() - clean);
  out += '"';
}

bool is_nested(const Value& value) {
  return value.is<List>() || value.is<Tuple>() || value.is<Set>() || value.is<Map>() ||
         value.is<Row>() || value.is<Rows>();
}

// A map that takes one line in an array.
bool is_flat_map(const Value& value) {
  const auto* map = value.as<Map>();
  return map && std::ranges::none_of(map->entries(),
                                     [](const auto& entry) { return is_nested(entry.second); });
}

class Writer {
 public:
  enum class Layout {
    close,  // no white space
    flat,   // one line, with blanks
    lines,  // a line for each item
  };

  // `level`: indentation of the line on which the value starts.
  Writer(Layout layout, int level, std::string& out) : layout_(layout), level_(level), out_(out) {}

  void operator()(std::monostate) { out_ += "null"; }
  void operator()(bool truth) { out_ += truth ? "true" : "false"; }
  void operator()(std::int64_t number) { append_integer(number, out_); }
  void operator()(double number) {
    if (std::isfinite(number)) {
      append_real(number, out_);
    } else {
      out_ += "null";
    }
  }
  void operator()(const std::string& text) {
    if (is_utf8(text)) {
      write_string(text, out_);
    } else {
      write_base64(text);
    }
  }
  void operator()(const Bytes& bytes) { write_base64(bytes.data); }
  void operator()(const Digits& digits) { out_ += digits.text; }
  void operator()(Time time) { write_string(format_iso(time), out_); }
  void operator()(const List& list) { write_array(list); }
  void operator()(const Tuple& tuple) { write_array(tuple.items); }
  void operator()(const Set& set) { write_array(set.items); }
  void operator()(const Map& map);
  void operator()(const Row& row);
  void operator()(const Rows& rows);

  void write(const Value& value) { std::visit(*this, value.data); }

 private:
  void write_base64(std::string_view bytes) {
    out_ += layout_ == Layout::close ? "{\"base64\":\"" : "{\"base64\": \"";
    out_ += encode_base64(bytes);
    out_ += "\"}";
  }
  void write_array(const List& items);
  void write_key(const Value& key);
  void write_name(const std::string& text) {
    if (is_utf8(text)) {
      write_string(text, out_);
    } else {
      write_string(to_python(text), out_);
    }
    out_ += colon();
  }

  std::string_view colon() const { return layout_ == Layout::close ? ":" : ": "; }
  void between(std::size_t index);
  void line_break(int level) {
    out_ += '\n';
    out_.append(2 * static_cast<std::size_t>(level), ' ');
  }
  // Opens a bracket, calls write_item(i) for each item, closes the bracket.
  template <class WriteItem>
  void write_items(char opening, char closing, std::size_t count, WriteItem write_item);

  Layout layout_;
  int level_;
  std::string& out_;
};

void Writer::between(std::size_t index) {
  if (index > 0) out_ += layout_ == Layout::flat ? ", " : ",";
  if (layout_ == Layout::lines) line_break(level_);
}

template <class WriteItem>
void Writer::write_items(char opening, char closing, std::size_t count, WriteItem write_item) {
  out_ += opening;
  ++level_;
  for (std::size_t i = 0; i < count; ++i) {
    between(i);
    write_item(i);
  }
  --level_;
  if (layout_ == Layout::lines && count > 0) line_break(level_);
  out_ += closing;
}

void Writer::write_array(const List& items) {
  write_items('[', ']', items.size(), [&](std::size_t i) {
    const bool flat = layout_ == Layout::lines && is_flat_map(items[i]);
    Writer(flat ? Layout::flat : layout_, level_, out_).write(items[i]);
  });
}

void Writer::write_key(const Value& key) {
  if (const auto* text = key.as<std::string>()) return write_name(*text);
  write_string(to_python(key, {.ascii = false, .hide_terminator = false}), out_);
  out_ += colon();
}

void Writer::operator()(const Map& map) {
  write_items('{', '}', map.size(), [&](std::size_t i) {
    write_key(map.entries()[i].first);
    write(map.entries()[i].second);
  });
}

void Writer::operator()(const Row& row) {
  write_items('{', '}', row.columns->size(), [&](std::size_t i) {
    write_name((*row.columns)[i]);
    write(row.cells[i]);
  });
}

void Writer::operator()(const Rows& rows) {
  const Layout row_layout = layout_ == Layout::lines ? Layout::flat : layout_;
  // The text before each cell, formatted once for all rows.
  std::vector<std::string> keys;
  for (const std::string& column : *rows.columns) {
    std::string& key = keys.emplace_back();
    Writer writer(row_layout, 0, key);
    writer.between(keys.size() - 1);
    writer.write_name(column);
  }
  write_items('[', ']', rows.size(), [&](std::size_t row) {
    Writer writer(row_layout, level_, out_);
    out_ += '{';
    for (std::size_t i = 0; i < keys.size(); ++i) {
      out_ += keys[i];
      writer.write(rows.cells[row * keys.size() + i]);
    }
    out_ += '}';
  });
}

}  // namespace

void write_json(const Value& value, std::string& out) {
  Writer(Writer::Layout::close, 0, out).write(value);
}

std::string to_json(const Value& value) {
  std::string out;
  write_json(value, out);
  return out;
}

std::string to_pretty_json(const Value& value) {
  std::string out;
  Writer(Writer::Layout::lines, 0, out).write(value);
  return out;
}

}  // namespace mega
