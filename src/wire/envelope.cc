#include "wire/envelope.h"

#include "base/text.h"
#include "value/call_limits.h"
#include "value/json.h"

#include <fmt/core.h>

#include <iterator>
#include <optional>
#include <utility>

namespace mega {
namespace {

// Whether Python calls the value false; senders of 2014 write 0 for every such value.
bool is_falsy(const Value& value) {
  if (value.is_none()) return true;
  if (const auto* flag = value.as<bool>()) return !*flag;
  if (const auto* integer = value.as<std::int64_t>()) return *integer == 0;
  if (const auto* real = value.as<double>()) return *real == 0;
  if (const auto* text = value.as<std::string>()) return text->empty();
  if (const auto* bytes = value.as<Bytes>()) return bytes->data.empty();
  if (const auto* list = value.as<List>()) return list->empty();
  if (const auto* tuple = value.as<Tuple>()) return tuple->items.empty();
  if (const auto* set = value.as<Set>()) return set->items.empty();
  if (const auto* map = value.as<Map>()) return map->empty();
  return false;
}

auto wrong_kind(std::string_view key, const Value& value, std::string_view want) {
  return fail(Errc::bad_envelope, "{} is of kind {}, want {}", key, kind_name(value), want);
}

std::optional<std::int64_t> integer_of(const Value& value) {
  if (const auto* flag = value.as<bool>()) return *flag ? 1 : 0;
  if (const auto* integer = value.as<std::int64_t>()) return *integer;
  return std::nullopt;
}

Result<void> read_id(const Value& value, Dialect dialect, Envelope& out) {
  if (dialect == Dialect::legacy) return {};
  const auto* id = value.as<std::int64_t>();
  if (!id) return wrong_kind("ID", value, "an integer");
  if (*id < 1 || *id > request_id_max) {
    return fail(Errc::bad_envelope, "ID is {}, want 1 to {}", *id, request_id_max);
  }
  out.id = *id;
  return {};
}

Result<void> read_head(const Value& value, Dialect, Envelope&) {
  const auto* head = value.as<std::string>();
  if (!head) return wrong_kind("HEAD", value, "MEGA");
  if (to_lower(*head) != "mega") {
    return fail(Errc::bad_envelope, "HEAD is {}, want MEGA", quoted(*head));
  }
  return {};
}

Result<void> read_value(const Value& value, Dialect, Envelope& out) {
  if (is_falsy(value)) return {};
  const auto* function = value.as<std::string>();
  if (!function) return wrong_kind("VALUE", value, "a name");
  out.function = *function;
  return {};
}

Result<void> read_args(const Value& value, Dialect dialect, Envelope& out) {
  if (is_falsy(value)) return {};
  if (value.is<std::string>()) {
    out.args = value;
  } else if (const auto* bytes = value.as<Bytes>()) {
    out.args = bytes->data;
  } else if (dialect == Dialect::legacy) {
    // Servers of 2014 pasted str() of any value between the parentheses of the call.
    out.args = to_python(value, {.ascii = true, .hide_terminator = false});
  } else if (value.is<Map>() || value.is<List>()) {
    out.args = value;
  } else {
    return wrong_kind("ARGS", value, "text, a map of names or a list");
  }
  return {};
}

Result<void> read_type(const Value& value, Dialect, Envelope& out) {
  if (is_falsy(value)) return {};
  auto type = integer_of(value);
  if (const auto* text = value.as<std::string>()) type = parse_integer(*text);
  if (!type) return wrong_kind("TYPE", value, "0 or 1");
  if (*type != 0 && *type != 1) return fail(Errc::bad_envelope, "TYPE is {}, want 0 or 1", *type);
  out.type = *type;
  return {};
}

Result<void> read_time(const Value& value, Dialect, Envelope& out) {
  if (is_falsy(value)) return {};
  const auto* time = value.as<std::string>();
  if (!time) return wrong_kind("TIME", value, "0 or text like '17:30'");
  if (*time != "0") out.time = *time;
  return {};
}

Result<void> read_cycle(const Value& value, Dialect, Envelope& out) {
  if (is_falsy(value)) return {};
  if (const auto* cycle = value.as<std::string>()) {
    if (*cycle != "0") out.cycle = *cycle;
  } else if (const auto seconds = integer_of(value)) {
    out.cycle = std::to_string(*seconds);
  } else {
    return wrong_kind("CYCLE", value, "0, a number of seconds or text like 'day'");
  }
  return {};
}

// A host or an interpreter; senders of 2014 also sent numeric ids.
std::optional<std::string> target_text(const Value& value) {
  if (const auto* text = value.as<std::string>(); text && !text->empty()) return *text;
  if (const auto* number = value.as<std::int64_t>()) return std::to_string(*number);
  return std::nullopt;
}

const List* items_of(const Value& value) {
  if (const auto* list = value.as<List>()) return list;
  if (const auto* tuple = value.as<Tuple>()) return &tuple->items;
  if (const auto* set = value.as<Set>()) return &set->items;
  return nullptr;
}

Result<void> read_target(const Value& value, Dialect, Envelope& out) {
  constexpr std::string_view want = "0, text or a list of text";
  if (is_falsy(value)) return {};
  if (const List* items = items_of(value)) {
    List targets;
    for (const Value& item : *items) {
      auto target = target_text(item);
      if (!target) return wrong_kind("an item of TARGET", item, "text that is not empty");
      targets.emplace_back(std::move(*target));
    }
    out.target = std::move(targets);
    return {};
  }
  auto target = target_text(value);
  if (!target) return wrong_kind("TARGET", value, want);
  out.target = std::move(*target);
  return {};
}

Result<void> read_tool(const Value&, Dialect, Envelope& out) {
  out.tool = true;
  return {};
}

Result<void> read_as(const Value& value, Dialect dialect, Envelope& out) {
  if (dialect == Dialect::legacy || is_falsy(value)) return {};
  const auto* as = value.as<std::string>();
  if (!as) return wrong_kind("AS", value, "\"python\"");
  if (*as != "python") {
    return fail(Errc::bad_envelope, "AS is {}, want \"python\"", quoted(*as));
  }
  out.as = *as;
  return {};
}

// A text key of our dialect; ignored on the legacy dialect, whatever its value.
Result<void> read_word(std::string_view key, const Value& value, Dialect dialect,
                       std::string& out) {
  if (dialect == Dialect::legacy || is_falsy(value)) return {};
  const auto* text = value.as<std::string>();
  if (!text) return wrong_kind(key, value, "text");
  out = *text;
  return {};
}

Result<void> read_zone(const Value& value, Dialect dialect, Envelope& out) {
  return read_word("ZONE", value, dialect, out.zone);
}

Result<void> read_catch_up(const Value& value, Dialect dialect, Envelope& out) {
  return read_word("CATCH_UP", value, dialect, out.catch_up);
}

Result<void> read_overlap(const Value& value, Dialect dialect, Envelope& out) {
  return read_word("OVERLAP", value, dialect, out.overlap);
}

// ID comes first, so that a failure of any other key can carry it.
constexpr struct {
  std::string_view key;
  Result<void> (*read)(const Value&, Dialect, Envelope&);
} keys[] = {
    {"ID", read_id},           {"HEAD", read_head},     {"VALUE", read_value},
    {"ARGS", read_args},       {"TYPE", read_type},     {"TIME", read_time},
    {"CYCLE", read_cycle},     {"TARGET", read_target}, {"TOOL", read_tool},
    {"AS", read_as},           {"ZONE", read_zone},     {"CATCH_UP", read_catch_up},
    {"OVERLAP", read_overlap},
};

// The text between the parentheses of the call, or none.
Value args_as_text(const Envelope& envelope) {
  if (envelope.args.is_none() || envelope.args.is<std::string>()) return envelope.args;
  auto arguments = call_arguments(envelope);
  if (!arguments) return to_python(envelope.args, {.ascii = false, .hide_terminator = false});
  return to_python(*arguments, {.ascii = false, .hide_terminator = false});
}

// CYCLE as senders of 2014 write it: an integer for a number, 0 for none.
Value cycle_value(const std::string& cycle) {
  if (cycle.empty()) return 0;
  if (const auto seconds = parse_integer(cycle)) return *seconds;
  return cycle;
}

Error too_many_arguments(std::size_t count) {
  return {Errc::invalid_argument,
          fmt::format("ARGS holds {} arguments, want at most {}", count, call_arguments_max)};
}

Value or_zero(Value value) { return is_falsy(value) ? Value(0) : std::move(value); }

std::string write_legacy(const Envelope& envelope) {
  const std::pair<std::string_view, Value> pairs[] = {
      {"'TARGET': ", or_zero(envelope.target)},      {"'TOOL': ", envelope.tool},
      {"'ARGS': ", or_zero(args_as_text(envelope))}, {"'VALUE': ", or_zero(envelope.function)},
      {"'TIME': ", or_zero(envelope.time)},          {"'TYPE': ", envelope.type},
      {"'CYCLE': ", cycle_value(envelope.cycle)},
  };
  std::string out = "{'HEAD': 'MEGA'";
  for (const auto& [key, value] : pairs) {
    if (key == "'TOOL': " && !envelope.tool) continue;
    out += ", ";
    out += key;
    write_python(value, PythonStyle{}, out);
  }
  return out += '}';
}

std::string write_ours(const Envelope& envelope) {
  std::string out = "{";
  if (envelope.id) fmt::format_to(std::back_inserter(out), R"("ID":{},)", envelope.id);
  out += R"("HEAD":"MEGA","VALUE":)";
  write_json(envelope.function, out);
  const auto put = [&](std::string_view key, const Value& value) {
    if (is_falsy(value)) return;
    out += key;
    write_json(value, out);
  };
  put(R"(,"ARGS":)", envelope.args);
  put(R"(,"TYPE":)", envelope.type);
  put(R"(,"TIME":)", envelope.time);
  put(R"(,"CYCLE":)", cycle_value(envelope.cycle));
  put(R"(,"TARGET":)", envelope.target);
  put(R"(,"TOOL":)", envelope.tool);
  put(R"(,"AS":)", envelope.as);
  put(R"(,"ZONE":)", envelope.zone);
  put(R"(,"CATCH_UP":)", envelope.catch_up);
  put(R"(,"OVERLAP":)", envelope.overlap);
  return out += '}';
}

}  // namespace

Dialect dialect_of(std::string_view payload) {
  payload = trim(payload);
  if (!payload.starts_with('{')) return Dialect::legacy;
  return trim(payload.substr(1)).starts_with('"') ? Dialect::ours : Dialect::legacy;
}

Result<Envelope> parse_envelope(std::string_view payload, std::int64_t* id) {
  if (id) *id = 0;
  const Dialect dialect = dialect_of(payload);
  const bool ours = dialect == Dialect::ours;
  const auto value = ours ? parse_json(payload) : parse_python(payload);
  if (!value) {
    return fail(Errc::bad_envelope, "the request is no {}: {}", ours ? "JSON" : "Python literal",
                value.error().message);
  }
  const auto* map = value->as<Map>();
  if (!map) return wrong_kind("the request", *value, "a map");

  Envelope envelope;
  for (const auto& [key, read] : keys) {
    const Value* given = map->find(key);
    if (!given) continue;
    if (auto done = read(*given, dialect, envelope); !done) return fail(done.error());
    if (id) *id = envelope.id;
  }
  if (ours && !envelope.id) return fail(Errc::bad_envelope, "the request has no ID");
  if (envelope.function.empty()) return fail(Errc::bad_envelope, "VALUE names no function");
  return envelope;
}

std::string write_envelope(const Envelope& envelope, Dialect dialect) {
  return dialect == Dialect::ours ? write_ours(envelope) : write_legacy(envelope);
}

Result<CallArguments> call_arguments(const Envelope& envelope) {
  if (envelope.args.is_none()) return CallArguments{};
  if (const auto* text = envelope.args.as<std::string>()) return parse_call_arguments(*text);
  if (const auto* bytes = envelope.args.as<Bytes>()) return parse_call_arguments(bytes->data);
  if (const auto* list = envelope.args.as<List>()) {
    if (list->size() > call_arguments_max) return fail(too_many_arguments(list->size()));
    return CallArguments{*list, {}};
  }
  const auto* map = envelope.args.as<Map>();
  if (!map) {
    return fail(Errc::invalid_argument, "ARGS is of kind {}, want text, a map of names or a list",
                kind_name(envelope.args));
  }
  if (map->size() > call_arguments_max) return fail(too_many_arguments(map->size()));
  CallArguments arguments;
  for (const auto& [name, value] : map->entries()) {
    const auto* text = name.as<std::string>();
    if (!text) {
      return fail(Errc::invalid_argument, "a name of an argument is of kind {}, want text",
                  kind_name(name));
    }
    arguments.named.emplace_back(*text, value);
  }
  return arguments;
}

}  // namespace mega
