#include "cmd/render.h"

#include "api/function.h"
#include "base/text.h"
#include "cmd/argument_parser.h"
#include "cmd/output.h"
#include "value/csv.h"
#include "value/json.h"
#include "value/table.h"
#include "value/yaml.h"
#include "wire/reply.h"

#include <array>

namespace mega {
namespace {

const std::array<std::string, 6> format_names{"table", "json", "yaml", "csv", "python", "raw"};

// An empty list as a table is empty text, without a newline.
std::string with_newline(std::string text) {
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  return text;
}

// The payload of a legacy server in the form of -o python: a literal with UTF-8 unescaped, any
// other text unchanged.
std::string legacy_payload_as_python(const std::string& payload) {
  const auto literal = parse_python(payload);
  if (!literal) return payload;
  return to_python(*literal, {.ascii = false, .hide_terminator = false});
}

// Reads the number of the schedule that a call with a time makes.
Result<Value> legacy_schedule(const std::string& payload) {
  auto data = parse_legacy_reply(payload);
  if (data && data->is<std::int64_t>()) return data;
  return fail(data ? Errc::failed : data.error().code,
              "the server has made no schedule{}{}; servers of 2014 drop calls with a time",
              data ? "" : ": ", data ? "" : data.error().message);
}

// `payload`: the answer of a server of 2014, or of ours in its dialect.
Result<Value> legacy_data(const Envelope& request, const std::string& payload) {
  if (!request.time.empty()) return legacy_schedule(payload);
  // A type of 1 names a script, not a function.
  const Function* function = request.type == 0 ? find_function(request.function) : nullptr;
  if (!function) return parse_legacy_reply(payload);
  auto data = parse_legacy_reply(payload, function->shape);
  // Every server of 2014 has its 30 functions: its False means that one failed.
  if (!data && data.error().code == Errc::unknown_function && function->of_2014) {
    return fail(Errc::failed, "{} failed on the server (it answered False)", function->name);
  }
  return data;
}

// The failure to get an answer from a server that speaks the dialect of 2014.
Error legacy_failure(const Envelope& request, Error error) {
  const bool dropped = error.code == Errc::failed || error.code == Errc::timed_out;
  if (dropped && !request.time.empty()) {
    error.message += "; servers of 2014 drop calls with a time";
  }
  return error;
}

// A server of 2014 pastes ARGS between the parentheses of the call: 0, which means none, would be
// an argument of a function without parameters.
void write_no_arguments(Envelope& request) {
  const Function* function = request.type == 0 ? find_function(request.function) : nullptr;
  const bool has_parameters = function && !function->params.empty();
  if (request.type == 0 && request.args.is_none() && !has_parameters) request.args = " ";
}

Result<std::string> python_text(const Value& result) {
  if (const auto* text = result.as<std::string>()) return *text;
  if (const auto* bytes = result.as<Bytes>()) return bytes->data;  // a text that is no UTF-8
  return fail(Errc::corrupt, "the server answered {} where the text of a Python literal was due",
              kind_name(result));
}

// Sets the columns of an empty list, so that CSV has a header line.
void name_columns(Value& data, std::vector<std::string> columns) {
  const auto* list = data.as<List>();
  if (!list || !list->empty() || columns.empty()) return;
  data = Rows{std::make_shared<const std::vector<std::string>>(std::move(columns)), {}};
}

// Every format but the table of rows, whose cells are escaped.
std::string plain_text(const Value& data, Format format, bool lines) {
  switch (format) {
    case Format::table:
      return with_newline(to_table(data));
    case Format::json:
      return with_newline(lines ? to_json(data) : to_pretty_json(data));
    case Format::yaml:
      return with_newline(to_yaml(data));
    case Format::csv:
      return with_newline(to_csv(data));
    case Format::python:
    case Format::raw:
      break;
  }
  return with_newline(to_python(data, {.ascii = false, .hide_terminator = false}));
}

std::string shown(std::string text) {
  return is_terminal(stdout) ? escape_for_terminal(text) : text;
}

}  // namespace

void FormatFlag::declare(ArgumentParser& parser, Format on_pipe) {
  std::string about = "Form of the answer; unless given table";
  if (on_pipe != Format::table) {
    about += " on a terminal and " + format_names[static_cast<std::size_t>(on_pipe)] + " on a pipe";
  }
  parser.add_option("-o,--output", text_, about).type_name(join_text(format_names, "|"));
}

Result<Format> FormatFlag::format(Format on_pipe) const {
  if (!text_.empty()) return parse_format(text_);
  return is_terminal(stdout) ? Format::table : on_pipe;
}

Result<Format> parse_format(std::string_view text) {
  for (std::size_t i = 0; i < format_names.size(); ++i) {
    if (text == format_names[i]) return static_cast<Format>(i);
  }
  return fail(Errc::invalid_argument, "--output: there is no form {}{}; it is one of {}",
              mega::quoted(text), did_you_mean(text, format_names), join_text(format_names, ", "));
}

std::string render(const Value& data, Format format, bool lines) {
  if (format != Format::table || data.is<std::string>()) {
    return shown(plain_text(data, format, lines));
  }
  return with_newline(to_table(data, style_of(stdout).colour));
}

Result<std::string> ask_and_render(Asker& asker, Envelope request, Format format, bool lines) {
  const bool legacy = asker.dialect() == Dialect::legacy;
  if (format == Format::python && !legacy) request.as = "python";
  if (legacy) write_no_arguments(request);
  const auto payload = asker.exchange(request);
  if (!payload && legacy) return fail(legacy_failure(request, payload.error()));
  if (!payload) return fail(payload.error());

  Result<Value> data = Value();
  if (legacy) {
    data = legacy_data(request, *payload);
  } else {
    auto answer = parse_reply(*payload);
    if (!answer) return fail(answer.error());
    data = std::move(answer->result);
    if (format == Format::csv && data) name_columns(*data, std::move(answer->columns));
  }
  if (!data) return fail(data.error());
  if (format == Format::raw) return shown(lines ? *payload + "\n" : *payload);
  if (format != Format::python) return render(*data, format, lines);
  if (legacy) return shown(legacy_payload_as_python(*payload) + "\n");
  const auto text = python_text(*data);
  if (!text) return fail(text.error());
  return shown(*text + "\n");
}

}  // namespace mega
