#include "cmd/call_words.h"

#include "api/kinds.h"
#include "base/text.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

namespace mega {
namespace {

constexpr std::string_view quotes = "'\"";

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) || c == '_'; }
bool is_name_byte(char c) { return is_letter(c) || std::isdigit(static_cast<unsigned char>(c)); }

// NAME=VALUE, cut at the first equals sign; nullopt: the text is no word.
std::optional<std::pair<std::string_view, std::string_view>> cut_word(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || !is_letter(text[0])) return std::nullopt;
  if (!std::ranges::all_of(text.substr(0, equals), is_name_byte)) return std::nullopt;
  if (text.substr(equals + 1).starts_with('=')) return std::nullopt;  // a comparison, no word
  return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

Value text_value(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  return Bytes{std::string(text)};
}

std::optional<Value> integer_value(std::string_view text) {
  const auto number = parse_integer(text);
  if (!number || std::to_string(*number) != text) return std::nullopt;  // 007 is no number
  return Value(*number);
}

// For parameters that take anything, and for functions that we do not know.
Value guessed_value(std::string_view text) {
  if (const auto number = integer_value(text)) return *number;
  if (text == "None") return {};
  if (text == "True") return true;
  if (text == "False") return false;
  return text_value(text);
}

bool is_text(Kind kind) { return kind == Kind::text || kind == Kind::name || kind == Kind::tags; }

// A literal such as ['a', 'b'] for parameters that take anything; else as guessed_value.
Value any_value(std::string_view text) {
  if (!text.empty() && std::string_view("[({'\"").find(text[0]) != std::string_view::npos) {
    if (auto literal = parse_python(text)) return std::move(*literal);
  }
  return guessed_value(text);
}

const ParamInfo* param_of(const Function* function, std::string_view name) {
  return function ? find_param(*function, name) : nullptr;
}

Result<CallArguments> from_words(const Function* function,
                                 std::span<const std::string_view> words) {
  CallArguments arguments;
  for (const auto word : words) {
    const auto [name, text] = *cut_word(word);
    for (const auto& [known, value] : arguments.named) {
      if (known == name) {
        return fail(Errc::invalid_argument, "argument {} is given twice", name);
      }
    }
    arguments.named.emplace_back(name, word_value(param_of(function, name), text));
  }
  return arguments;
}

// The first parameter that takes the word, other than the name of the calling module; empty: none.
std::string param_for(const Function& function, std::string_view word) {
  for (const ParamInfo& param : function.params) {
    Value value = word_value(&param, word);
    std::string why;
    if (param.name != "model" && accept(param.kind, value, true, why)) {
      return std::string(param.name);
    }
  }
  return "";
}

Result<CallArguments> from_seed_form(const Function* function, std::string_view text) {
  auto arguments = parse_call_arguments(text);
  if (arguments) return arguments;
  Error error = arguments.error();
  // `mega call get_server 10.0.0.1`: what was meant is plain, so say how it is written.
  const std::string_view word = trim(text);
  if (!word.empty() && word.find_first_of("'\"=,()[]{} \t\n") == std::string_view::npos) {
    const std::string param = function ? param_for(*function, word) : "";
    error.message += param.empty() ? fmt::format("\nwrite text in quotes: '{}'", word)
                                   : fmt::format("\nwrite {}={}", param, word);
  }
  return fail(std::move(error));
}

bool all_words(std::span<const std::string_view> words) {
  return std::ranges::all_of(words, [](auto word) { return cut_word(word).has_value(); });
}

// A comma at the end that separates arguments: behind a piece of a literal, or behind a number or
// None. Behind text it belongs to the value.
bool ends_with_separator(const Function* function, std::string_view word) {
  if (!word.ends_with(',')) return false;
  const auto cut = cut_word(word.substr(0, word.size() - 1));
  if (!cut) return true;
  const Value value = word_value(param_of(function, cut->first), cut->second);
  return !value.is<std::string>() && !value.is<Bytes>();
}

// "stat=1, role=1" is the seed's form although each piece looks like a word.
bool comma_between(const Function* function, std::span<const std::string_view> words) {
  return std::ranges::any_of(words.first(words.size() - 1),
                             [function](auto word) { return ends_with_separator(function, word); });
}

// One argument is the seed's form when it holds a quote, or a comma that separates.
bool is_seed_form(const Function* function, std::string_view word) {
  if (word.find_first_of(quotes) != std::string_view::npos || !cut_word(word)) return true;
  const std::size_t comma = word.find(',');
  if (comma == std::string_view::npos) return false;
  return comma + 1 < word.size() || ends_with_separator(function, word);
}

}  // namespace

const ParamInfo* find_param(const Function& function, std::string_view name) {
  for (const auto* list : {&function.params, &function.keywords}) {
    for (const ParamInfo& param : *list) {
      if (param.name == name || std::ranges::count(param.also, name) > 0) return &param;
    }
  }
  return nullptr;
}

Value word_value(const ParamInfo* param, std::string_view text) {
  if (!param) return guessed_value(text);
  if (param->kind == Kind::any) return any_value(text);
  if (is_text(param->kind)) return text_value(text);
  if (param->nullable && (text == "None" || text.empty())) return {};
  // What is no number goes as it is: the server says what the parameter takes.
  return integer_value(text).value_or(text_value(text));
}

Result<CallArguments> arguments_from_words(const Function* function,
                                           std::span<const std::string> words) {
  if (words.empty()) return CallArguments{};
  const std::vector<std::string_view> views(words.begin(), words.end());
  if (views.size() == 1) {
    return is_seed_form(function, views[0]) ? from_seed_form(function, views[0])
                                            : from_words(function, views);
  }
  if (comma_between(function, views)) return from_seed_form(function, join_text(words, " "));
  for (const auto word : views) {
    if (!cut_word(word)) {
      return fail(Errc::invalid_argument,
                  "argument {} is not NAME=VALUE; several arguments are each NAME=VALUE, or write "
                  "all in one as in \"'x',stat=1\"",
                  mega::quoted(word));
    }
  }
  return from_words(function, views);
}

Result<CallArguments> arguments_from_text(const Function* function, std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = text.find_first_not_of(" \t\r\n", at);
    if (start == std::string_view::npos) break;
    at = std::min(text.find_first_of(" \t\r\n", start), text.size());
    words.push_back(text.substr(start, at - start));
  }
  if (words.empty()) return CallArguments{};
  const bool quoted_text = text.find_first_of(quotes) != std::string_view::npos;
  const bool lone_seed_form = words.size() == 1 && is_seed_form(function, words[0]);
  if (quoted_text || lone_seed_form || comma_between(function, words) || !all_words(words)) {
    return from_seed_form(function, text);
  }
  return from_words(function, words);
}

}  // namespace mega
