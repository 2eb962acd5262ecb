#include "value/csv.h"

#include <algorithm>
#include <unordered_set>

#include "base/byte_order_mark.h"
#include "base/text.h"
#include "value/grid.h"

namespace mega {
namespace {

constexpr std::string_view separators = ",;\t";
constexpr std::string_view formula_marks = "=+-@\t\r\n";

// "-1" or "+4.5": spreadsheets show it as it is.
bool is_number(std::string_view text) {
  text.remove_prefix(1);
  const auto is_part = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  return !text.empty() && std::ranges::all_of(text, is_part);
}

// Whether a spreadsheet would run the text. Text that already has apostrophes in front counts, too,
// so that the apostrophe of guarded() can be taken away again.
bool is_formula(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\''), text.size()));
  return text.size() > 1 && formula_marks.find(text[0]) != std::string_view::npos &&
         !is_number(text);
}

std::string guarded(std::string text) {
  if (is_formula(text)) text.insert(0, 1, '\'');
  return text;
}

std::string unguarded(std::string text) {
  if (text.starts_with('\'') && is_formula(text)) text.erase(0, 1);
  return text;
}

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
  explicit Reader(std::string_view text);

  bool at_end() const { return at_ == text_.size(); }
  std::size_t line() const { return line_; }
  // The next record with a field that is not blank; nullopt at the end.
  Result<std::optional<CsvRecord>> next();

 private:
  Result<std::string> field();
  Result<std::string> quoted_field();
  Result<CsvRecord> record();
  bool field_ends() const { return at_end() || text_[at_] == separator_ || line_end() > 0; }
  // Bytes of the line end at at_: 1 or 2, 0 when none is there.
  std::size_t line_end() const {
    if (text_.substr(at_, 2) == "\r\n") return 2;
    return text_.substr(at_, 1) == "\n" ? 1 : 0;
  }

  std::string_view text_;
  char separator_ = ',';
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  bool blank_ = true;  // the record so far: only empty fields without quotes
};

// The separator that a line "sep=;" names, as Excel writes and reads it; nullopt: no such line.
std::optional<char> named_separator(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.size() == 7 && line.front() == '"' && line.back() == '"') line = line.substr(1, 5);
  const bool names = line.size() == 5 && to_lower(line.substr(0, 4)) == "sep=";
  return names ? std::optional(line[4]) : std::nullopt;
}

// The first separator outside quotes on the first line with text; a comma when it has none.
char separator_of(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of("\r\n"), text.size()));
  bool in_quotes = false;
  for (const char c : text) {
    if (c == '"') in_quotes = !in_quotes;
    if (in_quotes) continue;
    if (separators.find(c) != std::string_view::npos) return c;
    if (c == '\n') break;
  }
  return ',';
}

Reader::Reader(std::string_view text) : text_(text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  if (const auto named = named_separator(text.substr(0, end))) {
    separator_ = *named;
    at_ = std::min(end + 1, text.size());
    ++line_;
  } else {
    separator_ = separator_of(text);
  }
}

Result<std::optional<CsvRecord>> Reader::next() {
  while (!at_end()) {
    blank_ = true;
    auto read = record();
    if (!read) return fail(read.error());
    if (!blank_) return *std::move(read);
  }
  return std::nullopt;
}

Result<CsvRecord> Reader::record() {
  CsvRecord record{line_, {}};
  for (;;) {
    const bool in_quotes = text_.substr(at_, 1) == "\"";
    auto read = in_quotes ? quoted_field() : field();
    if (!read) return fail(read.error());
    blank_ = blank_ && !in_quotes && read->empty();
    record.fields.push_back(unguarded(*std::move(read)));
    if (at_end()) return record;
    if (const std::size_t bytes = line_end()) {
      at_ += bytes;
      ++line_;
      return record;
    }
    ++at_;  // the separator
  }
}

Result<std::string> Reader::field() {
  const char special[] = {separator_, '"', '\r', '\n'};
  const std::size_t end =
      std::min(text_.find_first_of({special, sizeof special}, at_), text_.size());
  std::string field(text_.substr(at_, end - at_));
  at_ = end;
  if (field_ends()) return field;
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
  if (field_ends()) return field;
  return fail(Errc::invalid_argument, "line {}: text behind a closing quote", line_);
}

// The names of the columns, empty for unnamed ones.
Result<std::vector<std::string>> header(Reader& reader) {
  auto first = reader.next();
  if (!first) return fail(first.error());
  if (!*first) return fail(Errc::invalid_argument, "no header line");
  std::vector<std::string> names;
  std::unordered_set<std::string> known;
  for (const std::string& field : (*first)->fields) {
    std::string name(trim(field));
    if (!name.empty() && !known.insert(name).second) {
      return fail(Errc::invalid_argument, "line {}: column {} comes twice", (*first)->line,
                  quoted(name));
    }
    names.push_back(std::move(name));
  }
  return names;
}

// Removes the empty fields of unnamed columns and behind the last column.
Result<void> keep_named(const std::vector<std::string>& names, CsvRecord& record) {
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < record.fields.size(); ++i) {
    if (i < names.size() && !names[i].empty()) {
      kept.push_back(std::move(record.fields[i]));
    } else if (!record.fields[i].empty()) {
      return fail(Errc::invalid_argument,
                  "line {}: field {} has text, but the header gives its column no name",
                  record.line, i + 1);
    }
  }
  if (record.fields.size() < names.size()) {
    return fail(Errc::invalid_argument, "line {}: {} fields, but the header names {} columns",
                record.line, record.fields.size(), names.size());
  }
  record.fields = std::move(kept);
  return {};
}

std::string shown(const Value& cell) {
  std::string text = cell_text(cell);
  return cell.is<std::string>() ? guarded(std::move(text)) : text;
}

}  // namespace

void write_csv(const Value& value, std::string& out) {
  const Grid grid = grid_of(value);
  const std::size_t width = grid.columns.size();
  for (std::size_t i = 0; i < width; ++i) {
    write_field(guarded(grid.columns[i]), out);
    out += i + 1 < width ? ',' : '\n';
  }
  for (std::size_t i = 0; i < grid.cells.size(); ++i) {
    const Value* cell = grid.cells[i];
    // An empty line would not be a row, so a None in the only column is written as empty text.
    if (width == 1 || (cell && !cell->is_none())) write_field(cell ? shown(*cell) : "", out);
    out += (i + 1) % width > 0 ? ',' : '\n';
  }
}

std::string to_csv(const Value& value) {
  std::string out;
  write_csv(value, out);
  return out;
}

Result<Csv> parse_csv(std::string_view text) {
  Reader reader(without_byte_order_mark(text));
  auto names = header(reader);
  if (!names) return fail(names.error());
  Csv csv;
  for (;;) {
    auto record = reader.next();
    if (!record) return fail(record.error());
    if (!*record) break;
    if (auto kept = keep_named(*names, **record); !kept) return fail(kept.error());
    csv.records.push_back(**std::move(record));
  }
  std::erase(*names, "");
  csv.columns = *std::move(names);
  return csv;
}

}  // namespace mega
