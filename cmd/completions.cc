#include "cmd/completions.h"

#include "api/describe.h"
#include "base/text.h"
#include "cmd/call_words.h"
#include "cmd/command_line.h"
#include "cmd/help_page.h"
#include "cmd/help_topics.h"

#include <algorithm>
#include <optional>

namespace mega {
namespace {

bool is_flag(std::string_view word) { return word.size() > 1 && word[0] == '-'; }

// Collects the candidates, flags or names, that begin with the typed part of the word.
class Offer {
 public:
  explicit Offer(std::string_view typed) : typed_(typed) {}

  void add(std::string text, std::string about = "") {
    if (text.starts_with(typed_)) {
      offered.candidates.push_back({std::move(text), std::move(about)});
    }
  }

  Completion offered;

 private:
  std::string_view typed_;
};

void offer_commands(Offer& offer) {
  for (const Command* command : Registered<Command>::all()) {
    offer.add(std::string(command->name), std::string(command->summary));
  }
}

void offer_functions(Offer& offer) {
  for (const Function* function : all_functions()) {
    offer.add(std::string(function->name), std::string(function->summary));
  }
}

void offer_flags(Offer& offer, const ArgumentParser& parser) {
  for (const Option& option : parser.options()) {
    if (option.is_hidden()) continue;
    for (const auto& name : option.long_names()) offer.add(name, option.description());
    for (const auto& name : option.short_names()) offer.add(name, option.description());
  }
}

// Values of a type such as "table|json|yaml", or files for FILE. `before` is "--output=" when the
// flag is in the same word.
void offer_values(Offer& offer, const Option& option, const std::string& before) {
  const std::string type = option.type_name();
  if (type == "FILE" || option.name() == "FILE") {
    offer.offered.files = true;
    offer.offered.files_behind = before;
  } else if (type.find('|') != std::string::npos) {
    for (const auto value : split(type, '|')) {
      // Values in capitals, as in HOST|unix:PATH, are placeholders.
      if (to_lower(value) == value) offer.add(before + std::string(value));
    }
  }
}

// Names of the function's parameters that are not given yet, each with its equals sign.
void offer_parameters(Offer& offer, const std::vector<std::string>& typed) {
  const Function* function = typed.empty() ? nullptr : find_function(typed[0]);
  if (!function) return;
  for (const auto* list : {&function->params, &function->keywords}) {
    for (const ParamInfo& param : *list) {
      const std::string word = std::string(param.name) + "=";
      const bool given = std::ranges::any_of(
          typed, [&](const std::string& other) { return other.starts_with(word); });
      if (!given) offer.add(word, std::string(param.summary));
    }
  }
}

// The positional after the `typed` ones; nullopt: none.
std::optional<Option> next_positional(const ArgumentParser& parser, std::size_t typed) {
  for (const Option& option : parser.options()) {
    if (!option.is_positional()) continue;
    if (typed < option.values_max()) return option;
    typed -= option.values_max();
  }
  return std::nullopt;
}

const ArgumentParser* find_below(const ArgumentParser& parser, const std::string& name) {
  for (const ArgumentParser* below : parser.subcommands()) {
    if (below->name() == name) return below;
  }
  return nullptr;
}

void offer_subcommands(Offer& offer, const ArgumentParser& parser) {
  for (const ArgumentParser* below : parser.subcommands()) {
    if (!below->is_hidden()) offer.add(below->name(), describe_command(*below).summary);
  }
}

// The names of a command as `mega help` takes them: `typed` are those before the cursor.
void offer_command_names(Offer& offer, const std::vector<std::string>& typed) {
  if (typed.empty()) {
    offer_commands(offer);
    for (const HelpTopic& topic : help_topics()) {
      offer.add(std::string(topic.name), std::string(topic.summary));
    }
    return;
  }
  const Command* command = find_command(typed[0]);
  if (!command) return;
  const Declared declared = declare(*command);
  const ArgumentParser* parser = declared.parser.get();
  for (std::size_t i = 1; parser && i < typed.size(); ++i) parser = find_below(*parser, typed[i]);
  if (parser) offer_subcommands(offer, *parser);
}

void offer_positional(Offer& offer, const ArgumentParser& parser,
                      const std::vector<std::string>& typed) {
  const auto option = next_positional(parser, typed.size());
  if (!option) return;
  const std::string name = option->name();
  const std::string command = full_name(parser);
  if (name == "FUNCTION" || command == "mega funcs") return offer_functions(offer);
  if (name == "COMMAND") return offer_command_names(offer, typed);
  if (name == "ARGS") offer_parameters(offer, typed);
  offer_values(offer, *option, "");
}

std::optional<Option> find_flag(const ArgumentParser& parser, const std::string& word) {
  return is_flag(word) ? parser.find_option(word) : std::nullopt;
}

bool takes_value(const std::optional<Option>& option) { return option && option->values_min() > 0; }

// `words`: the words after the command's name; the last one is at the cursor.
void offer_in_command(Offer& offer, const ArgumentParser& root,
                      const std::vector<std::string>& words) {
  const ArgumentParser* parser = &root;
  std::vector<std::string> typed;  // positionals
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (const auto flag = find_flag(*parser, word)) {
      if (!takes_value(flag)) continue;
      if (i + 2 == words.size()) return offer_values(offer, *flag, "");
      ++i;
    } else if (const ArgumentParser* below = find_below(*parser, word)) {
      parser = below;
    } else if (!is_flag(word)) {
      typed.push_back(word);
    }
  }
  const std::string& current = words.back();
  const std::size_t equals = current.find('=');
  if (is_flag(current) && equals != std::string::npos) {
    const auto flag = find_flag(*parser, current.substr(0, equals));
    if (takes_value(flag)) offer_values(offer, *flag, current.substr(0, equals + 1));
    return;
  }
  if (current.starts_with('-')) return offer_flags(offer, *parser);
  offer_subcommands(offer, *parser);
  offer_positional(offer, *parser, typed);
}

}  // namespace

Completion complete(const std::vector<std::string>& words) {
  if (words.empty()) return complete({""});
  Offer offer(words.back());
  std::size_t i = 0;
  for (; i + 1 < words.size() && is_flag(words[i]); ++i) {
    if (words[i] != "--config") continue;
    if (i + 2 == words.size()) return {{}, true};
    ++i;
  }
  if (i + 1 == words.size()) {
    if (words.back().starts_with('-')) {
      offer_flags(offer, *declare_globals());
    } else {
      offer_commands(offer);
    }
  } else if (const Command* command = find_command(words[i])) {
    const Declared declared = declare(*command);
    offer_in_command(offer, *declared.parser,
                     {words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end()});
  }
  return std::move(offer.offered);
}

}  // namespace mega
