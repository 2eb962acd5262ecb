#include "value/csv.h"

#include <algorithm>

#include "base/text.h"
#include "value/grid.h"

namespace mega {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

void write_field(std::string_view field, std::string& out) {
  const bool plain = !field.empty() && field.find_first_of(",\"\r\n") == std::string_view::npos &&
                     field.front() != ' ' && field.back() != ' ';
  if (plain) {
    out += field;
    return;
  }
  out += '"';
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

// Splits the text into records.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  std::size_t line() const { return line_; }
  void skip_empty_lines();
  Result<std::vector<std::string>> record();

 private:
  Result<std::string> field();
  Result<std::string> quoted_field();
  // Bytes of the line end at at_: 1 or 2, 0 when none is there.
  std::size_t line_end() const {
    if (text_.substr(at_, 2) == "\r\n") return 2;
    return text_.substr(at_, 1) == "\n" ? 1 : 0;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

void Reader::skip_empty_lines() {
  while (const std::size_t bytes = line_end()) {
    at_ += bytes;
    ++line_;
  }
}

Result<std::vector<std::string>> Reader::record() {
  std::vector<std::string> fields;
  for (;;) {
    auto read = text_.substr(at_, 1) == "\"" ? quoted_field() : field();
    if (!read) return fail(read.error());
    fields.push_back(std::move(*read));
    if (at_end()) return fields;
    if (const std::size_t bytes = line_end()) {
      at_ += bytes;
      ++line_;
      return fields;
    }
    ++at_;  // the comma
  }
}

Result<std::string> Reader::field() {
  const std::size_t end = std::min(text_.find_first_of(",\"\r\n", at_), text_.size());
  std::string field(text_.substr(at_, end - at_));
  at_ = end;
  if (at_end() || text_[at_] == ',' || line_end() > 0) return field;
  if (text_[at_] == '\r') {
    return fail(Errc::invalid_argument, "line {}: a carriage return without a line feed", line_);
  }
  return fail(Errc::invalid_argument,
              "line {}: a quote inside a field that does not start with one", line_);
}

Result<std::string> Reader::quoted_field() {
  const std::size_t opened = line_;
  std::string field;
  for (++at_;;) {
    const std::size_t quote = text_.find('"', at_);
    if (quote == std::string_view::npos) {
      return fail(Errc::invalid_argument, "line {}: a quote is not closed", opened);
    }
    const std::string_view part = text_.substr(at_, quote - at_);
    line_ += static_cast<std::size_t>(std::ranges::count(part, '\n'));
    field += part;
    at_ = quote + 1;
    if (text_.substr(at_, 1) != "\"") break;
    field += '"';
    ++at_;
  }
  if (at_end() || text_[at_] == ',' || line_end() > 0) return field;
  return fail(Errc::invalid_argument, "line {}: text behind a closing quote", line_);
}

Result<std::vector<std::string>> header(Reader& reader) {
  reader.skip_empty_lines();
  if (reader.at_end()) return fail(Errc::invalid_argument, "no header line");
  const std::size_t line = reader.line();
  auto columns = reader.record();
  if (!columns) return columns;
  for (std::size_t i = 0; i < columns->size(); ++i) {
    std::string& name = (*columns)[i];
    name = std::string(trim(name));
    if (name.empty()) {
      return fail(Errc::invalid_argument, "line {}: column {} has no name", line, i + 1);
    }
    if (std::find(columns->begin(), columns->begin() + static_cast<std::ptrdiff_t>(i), name) !=
        columns->begin() + static_cast<std::ptrdiff_t>(i)) {
      return fail(Errc::invalid_argument, "line {}: column {} comes twice", line, quoted(name));
    }
  }
  return columns;
}

}  // namespace

void write_csv(const Value& value, std::string& out) {
  const Grid grid = grid_of(value);
  const std::size_t width = grid.columns.size();
  for (std::size_t i = 0; i < width; ++i) {
    write_field(grid.columns[i], out);
    out += i + 1 < width ? ',' : '\n';
  }
  for (std::size_t i = 0; i < grid.cells.size(); ++i) {
    const Value* cell = grid.cells[i];
    // An empty line would not be a row, so a None in the only column is written as empty text.
    if (width == 1 || (cell && !cell->is_none())) write_field(cell ? cell_text(*cell) : "", out);
    out += (i + 1) % width > 0 ? ',' : '\n';
  }
}

std::string to_csv(const Value& value) {
  std::string out;
  write_csv(value, out);
  return out;
}

Result<Csv> parse_csv(std::string_view text) {
  if (!is_utf8(text)) {
    std::size_t line = 1;
    for (const std::string_view part : split(text, '\n')) {
      if (!is_utf8(part)) break;
      ++line;
    }
    return fail(Errc::invalid_argument, "line {}: no UTF-8", line);
  }
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  Reader reader(text);
  auto columns = header(reader);
  if (!columns) return fail(columns.error());
  Csv csv{std::move(*columns), {}};
  for (reader.skip_empty_lines(); !reader.at_end(); reader.skip_empty_lines()) {
    const std::size_t line = reader.line();
    auto fields = reader.record();
    if (!fields) return fail(fields.error());
    if (fields->size() != csv.columns.size()) {
      return fail(Errc::invalid_argument, "line {}: {} fields, but the header names {} columns",
                  line, fields->size(), csv.columns.size());
    }
    csv.records.push_back({line, std::move(*fields)});
  }
  return csv;
}

}  // namespace mega
