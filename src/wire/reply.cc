#include "wire/reply.h"

#include "base/text.h"
#include "value/json.h"
#include "wire/envelope.h"
#include "wire/legacy_frame.h"

#include <fmt/core.h>

#include <charconv>
#include <utility>

namespace mega {
namespace {

using std::literals::operator""sv;

// How a failure reads on the legacy wire, by the function's Shape; empty: close without a byte.
struct LegacyFailure {
  std::string_view data_and_code;
  std::string_view code;
  std::string_view value;
};

LegacyFailure legacy_failure(Errc code) {
  switch (code) {
    case Errc::unknown_function:
      return {"False", "False", "False"};
    case Errc::bad_envelope:
    case Errc::not_allowed:
      return {"-1", "-1", "-1"};
    case Errc::invalid_argument:
      return {"(None, 2)", "2", ""};
    case Errc::not_found:
      return {"(None, None)", "-1", ""};
    default:
      return {"(None, -1)", "-1", ""};
  }
}

std::optional<std::string> legacy_failure_reply(Errc code, Shape shape) {
  if (shape == Shape::value_or_zero && code == Errc::not_found) return "0";
  const LegacyFailure failure = legacy_failure(code);
  const std::string_view payload = shape == Shape::data_and_code ? failure.data_and_code
                                   : shape == Shape::code        ? failure.code
                                                                 : failure.value;
  if (payload.empty()) return std::nullopt;
  return std::string(payload);
}

// Python's str(): text as it is, all else as its literal.
std::string legacy_text(const Value& value, PythonStyle style, bool* hidden) {
  const auto* text = value.as<std::string>();
  const auto* bytes = value.as<Bytes>();
  if (!text && !bytes) return to_python(value, style);
  std::string raw = text ? *text : bytes->data;
  if (style.hide_terminator && hide_terminator_in_text(raw) && hidden) *hidden = true;
  return raw;
}

void append_integer(std::int64_t number, std::string& out) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(digits, end);
}

// ERROR is readable text: bytes of a message that are no UTF-8 are shown as \xNN.
std::string readable(std::string_view message) {
  std::string out;
  for (const std::string_view line : split(message, '\n')) {
    if (!out.empty()) out += '\n';
    out += one_line(line);
  }
  return out;
}

// An empty list has no column names, but tables and CSV need them.
void write_columns(const Value& result, std::string& out) {
  const auto* rows = result.as<Rows>();
  if (!rows || !rows->cells.empty() || rows->columns->empty()) return;
  out += R"(,"COLUMNS":)";
  write_json(Value(List(rows->columns->begin(), rows->columns->end())), out);
}

// Empty when COLUMNS is missing or is no list of text.
std::vector<std::string> read_columns(const Map& map) {
  std::vector<std::string> names;
  const Value* value = map.find("COLUMNS"sv);
  const auto* list = value ? value->as<List>() : nullptr;
  if (!list) return names;
  for (const Value& item : *list) {
    const auto* name = item.as<std::string>();
    if (!name) return {};
    names.push_back(*name);
  }
  return names;
}

void write_failure(const Error& error, std::string& out) {
  append_integer(exit_code(error.code), out);
  out += R"(,"KIND":")";
  out += kind(error.code);
  out += R"(","ERROR":)";
  write_json(is_utf8(error.message) ? error.message : readable(error.message), out);
}

Error failure_of(const Map& map, std::int64_t code) {
  const Value* kind_value = map.find("KIND"sv);
  const Value* error = map.find("ERROR"sv);
  const auto* kind_text = kind_value ? kind_value->as<std::string>() : nullptr;
  const auto* message = error ? error->as<std::string>() : nullptr;
  const Errc errc =
      errc_from(kind_text ? std::string_view(*kind_text) : "", static_cast<int>(code));
  if (message && !message->empty()) return {errc, *message};
  return {errc, fmt::format("the server answered code {} without a reason", code)};
}

Error legacy_code_failure(std::int64_t code) {
  if (code == 2) return {Errc::invalid_argument, "the server refused an argument (code 2)"};
  return {Errc::failed, fmt::format("the server failed (code {})", code)};
}

// None, or the empty list with which a server of 2014 answers about an unknown address.
bool is_nothing(const Value& data) {
  const auto* list = data.as<List>();
  return data.is_none() || (list && list->empty());
}

}  // namespace

std::optional<std::string> legacy_reply(const Result<Value>& result, Shape shape, PythonStyle style,
                                        bool* hidden) {
  if (hidden) *hidden = false;
  if (!result) return legacy_failure_reply(result.error().code, shape);
  switch (shape) {
    case Shape::data_and_code: {
      std::string out = "(";
      write_python(*result, style, out);
      return out += ", 0)";
    }
    case Shape::code:
      return "0";
    case Shape::value:
    case Shape::value_or_zero:
      return legacy_text(*result, style, hidden);
  }
  return std::nullopt;
}

void write_reply(std::int64_t id, const Result<Value>& result, std::string& out) {
  out += R"({"ID":)";
  append_integer(id, out);
  out += R"(,"CODE":)";
  if (result) {
    out += '0';
    write_columns(*result, out);
    out += R"(,"RESULT":)";
    write_json(*result, out);
  } else {
    write_failure(result.error(), out);
  }
  out += '}';
}

std::string our_reply(std::int64_t id, const Result<Value>& result) {
  std::string out;
  write_reply(id, result, out);
  return out;
}

Result<Answer> parse_reply(std::string_view payload) {
  auto value = parse_json(payload);
  if (!value) return fail(Errc::corrupt, "the answer is no JSON: {}", value.error().message);
  auto* map = value->as<Map>();
  if (!map) return fail(Errc::corrupt, "the answer is of kind {}, want a map", kind_name(*value));

  Answer answer;
  if (const Value* id = map->find("ID"sv)) {
    const auto* number = id->as<std::int64_t>();
    if (!number || *number < 0 || *number > request_id_max) {
      return fail(Errc::corrupt, "the answer's ID is no integer of 0 to {}", request_id_max);
    }
    answer.id = *number;
  }
  const Value* more = map->find("MORE"sv);
  const auto* more_flag = more ? more->as<bool>() : nullptr;
  const Value* code = map->find("CODE"sv);
  const auto* code_number = code ? code->as<std::int64_t>() : nullptr;
  answer.more = more_flag && *more_flag;
  if (!answer.more && !code_number) {
    return fail(Errc::corrupt, "the message with ID {} has neither CODE nor MORE", answer.id);
  }
  if (!answer.more && *code_number != 0) {
    answer.result = fail(failure_of(*map, *code_number));
  } else if (Value* data = map->find("RESULT"sv)) {
    answer.result = std::move(*data);
    answer.columns = read_columns(*map);
  }
  return answer;
}

Result<Value> parse_legacy_reply(std::string_view payload, std::optional<Shape> shape) {
  auto value = parse_python(payload);
  if (!value) return is_utf8(payload) ? Value(payload) : Value(Bytes{std::string(payload)});

  if (const auto* flag = value->as<bool>(); flag && !*flag) {
    return fail(Errc::unknown_function, "the server knows no such function (it answered False)");
  }
  if (const auto* code = value->as<std::int64_t>(); code && *code == -1) {
    return fail(Errc::failed, "the server refused or failed (it answered -1)");
  }
  if (shape == Shape::code) {
    const auto* code = value->as<std::int64_t>();
    if (code && *code != 0) return fail(legacy_code_failure(*code));
    if (value->is_none()) {
      return fail(Errc::not_found, "the server knows of none (it answered None)");
    }
    return value;
  }
  auto* tuple = value->as<Tuple>();
  if (!tuple || tuple->items.size() != 2) return value;
  Value& data = tuple->items[0];
  const Value& status = tuple->items[1];
  const auto* code = status.as<std::int64_t>();
  if (code && *code == 0) return Value(std::move(data));
  if (code && (data.is_none() || *code == -1)) return fail(legacy_code_failure(*code));
  if (is_nothing(data) && status.is_none()) {
    return fail(Errc::not_found, "the server knows of none (it answered {})", payload);
  }
  return value;
}

}  // namespace mega
