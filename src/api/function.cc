#include "api/function.h"

#include "api/kinds.h"
#include "base/text.h"
#include "base/utf8.h"

#include <unordered_map>

namespace mega {
namespace {

// The place of a value: its parameter, and its index in Args.
struct Slot {
  const ParamInfo* param = nullptr;
  std::size_t index = 0;
  bool older_spelling = false;
};

bool spells(const ParamInfo& param, std::string_view name) {
  return std::ranges::find(param.also, name) != param.also.end();
}

Slot slot_of(const Function& function, std::string_view name) {
  std::size_t index = 0;
  for (const auto* list : {&function.params, &function.keywords}) {
    for (const ParamInfo& param : *list) {
      if (param.name == name) return {&param, index, false};
      if (spells(param, name)) return {&param, index, true};
      ++index;
    }
  }
  return {};
}

std::vector<std::string> names_of(const Function& function) {
  std::vector<std::string> names;
  for (const auto* list : {&function.params, &function.keywords}) {
    for (const ParamInfo& param : *list) names.emplace_back(param.name);
  }
  return names;
}

const ParamInfo& param_at(const Function& function, std::size_t index) {
  return index < function.params.size() ? function.params[index]
                                        : function.keywords[index - function.params.size()];
}

Error unknown_name(const Function& function, std::string_view name) {
  const auto names = names_of(function);
  const auto hint = did_you_mean(name, names);
  return {Errc::invalid_argument,
          fmt::format("{} has no argument {}{}", function.name, quoted(name),
                      hint.empty() ? ": it is " + signature(function) : hint)};
}

Error given_twice(const Function& function, const ParamInfo& param, std::string_view name,
                  bool by_position) {
  if (by_position) {
    return {Errc::invalid_argument, fmt::format("{}: {} is given twice, by position and by name",
                                                function.name, param.name)};
  }
  return {Errc::invalid_argument,
          fmt::format("{}: {} is given twice ({} is another spelling of it)", function.name,
                      param.name, param.name == name ? param.also.front() : name)};
}

Error too_many(const Function& function, std::size_t given) {
  const std::size_t most = function.params.size();
  if (most == 0 && function.keywords.empty()) {
    return {Errc::invalid_argument,
            fmt::format("{} takes no arguments, but got {}", function.name, given)};
  }
  return {Errc::invalid_argument,
          fmt::format("{} takes at most {} argument{} by position, but got {}: it is {}",
                      function.name, most, most == 1 ? "" : "s", given, signature(function))};
}

// Callers of 2014 have text in any encoding; all other functions take UTF-8.
bool may_be_bytes(const Function& function, Kind kind) {
  return kind == Kind::any || (function.of_2014 && (kind == Kind::text || kind == Kind::name));
}

// Whether the value is within the parameter's limit, if need be because it was cut.
bool fits_limit(const ParamInfo& param, Value& value) {
  const std::size_t most = bytes_max_of(param);
  if (bytes_in(value) <= most) return true;
  auto* text = value.as<std::string>();
  if (!text || !param.bytes_max.cut) return false;
  text->resize(cut_utf8(*text, most).size());
  return true;
}

// Checks one value and converts it to its kind's form. None selects the default of a keyword.
Result<void> accept_for(const Function& function, const ParamInfo& param, Value& value,
                        bool strict) {
  if (value.is_none() && param.nullable) return {};
  if (!fits_limit(param, value)) {
    return fail(Errc::invalid_argument, "{}: {} takes at most {} bytes, not {}", function.name,
                param.name, bytes_max_of(param), bytes_in(value));
  }
  std::string why;
  if (value.is<Bytes>() && !may_be_bytes(function, param.kind)) {
    if (param.kind == Kind::text || param.kind == Kind::name) why = "text that is UTF-8";
    // Kind::any accepts every value, None too.
  } else if ((!value.is_none() || param.kind == Kind::any) &&
             accept(param.kind, value, strict, why)) {
    return {};
  }
  return fail(Errc::invalid_argument, "{}: {} takes {}{}, not {}", function.name, param.name,
              why.empty() ? takes(param.kind) : std::string_view(why),
              param.nullable ? " or None" : "", shown(value));
}

// Stores the given values at their indexes; `filled` records the indexes that were given.
Result<void> place(const Function& function, CallArguments& given, bool strict, List& values,
                   std::vector<bool>& filled, std::vector<std::string>* ignored) {
  if (given.positional.size() > function.params.size()) {
    return fail(too_many(function, given.positional.size()));
  }
  for (std::size_t i = 0; i < given.positional.size(); ++i) {
    values[i] = std::move(given.positional[i]);
    filled[i] = true;
  }
  for (auto& [name, value] : given.named) {
    const Slot slot = slot_of(function, name);
    if (!slot.param) {
      if (strict || !function.takes_keywords) return fail(unknown_name(function, name));
      if (ignored) ignored->push_back(name);
      continue;
    }
    if (filled[slot.index]) {
      return fail(given_twice(function, *slot.param, name, slot.index < given.positional.size()));
    }
    values[slot.index] = std::move(value);
    filled[slot.index] = true;
  }
  return {};
}

std::unordered_map<std::string_view, const Function*> make_index() {
  std::unordered_map<std::string_view, const Function*> index;
  for (const Function* function : Registered<Function>::all()) {
    [[maybe_unused]] const bool fresh = index.emplace(function->name, function).second;
    assert(fresh);  // each name is registered only once
  }
  return index;
}

}  // namespace

const Value* Args::find(std::string_view name) const {
  const Slot slot = slot_of(*function_, name);
  return slot.param ? &values_[slot.index] : nullptr;
}

const Value& Args::at(const ParamInfo& param) const {
  // Fast path: usually `param` is the function's own declaration, whose name is the same literal.
  for (std::size_t i = 0; i < function_->params.size(); ++i) {
    if (function_->params[i].name.data() == param.name.data()) return values_[i];
  }
  const Value* value = find(param.name);
  assert(value);
  return *value;
}

Tags Args::tags_from(const Value& map) {
  Tags tags;
  for (const auto& [name, value] : map.as<Map>()->entries()) {
    tags.emplace(*name.as<std::string>(), *value.as<std::string>());
  }
  return tags;
}

Result<Args> bind(const Function& function, CallArguments given, bool strict,
                  std::vector<std::string>* ignored) {
  const std::size_t count = function.params.size() + function.keywords.size();
  List values(count);
  std::vector<bool> filled(count);
  if (auto placed = place(function, given, strict, values, filled, ignored); !placed) {
    return fail(placed.error());
  }
  for (std::size_t i = 0; i < count; ++i) {
    const ParamInfo& param = param_at(function, i);
    if (filled[i]) {
      if (auto fits = accept_for(function, param, values[i], strict); !fits) {
        return fail(fits.error());
      }
    } else if (param.fallback) {
      values[i] = *param.fallback;
    } else {
      return fail(Errc::invalid_argument, "{} needs {}: it is {}", function.name, param.name,
                  signature(function));
    }
  }
  return Args(function, std::move(values));
}

std::string signature(const Function& function) {
  std::string text{function.name};
  text += '(';
  std::string_view comma;
  for (const ParamInfo& param : function.params) {
    text += comma;
    text += param.name;
    if (param.fallback) text += "=" + to_python(*param.fallback);
    comma = ", ";
  }
  if (function.takes_keywords) fmt::format_to(std::back_inserter(text), "{}**args", comma);
  return text + ')';
}

const Function* find_function(std::string_view name) {
  static const auto index = make_index();
  if (const auto found = index.find(name); found != index.end()) return found->second;
  for (const Function* function : Registered<Function>::all()) {  // registered later, by a test
    if (function->name == name) return function;
  }
  return nullptr;
}

}  // namespace mega
