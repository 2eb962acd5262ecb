#include "cmd/completions.h"

#include "api/describe.h"
#include "base/text.h"
#include "cmd/call_words.h"
#include "cmd/command_line.h"
#include "cmd/help_page.h"

#include <algorithm>

namespace mega {
namespace {

bool is_flag(std::string_view word) { return word.size() > 1 && word[0] == '-'; }

// What is typed of the word at the cursor picks the candidates; flags and names alike.
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

void offer_flags(Offer& offer, const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;
    for (const auto& name : option->get_lnames()) offer.add("--" + name, option->get_description());
    for (const auto& name : option->get_snames()) offer.add("-" + name, option->get_description());
  }
}

// A type such as "table|json|yaml" lists its values, FILE is a file; `before` is "--output=" when
// that stands in the same word.
void offer_values(Offer& offer, const CLI::Option& option, const std::string& before) {
  const std::string type = option.get_type_name();
  if (type == "FILE" || option.get_name(true) == "FILE") {
    offer.offered.files = true;
  } else if (type.find('|') != std::string::npos) {
    for (const auto value : split(type, '|')) {
      // HOST|unix:PATH names forms, not values.
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

// The positional that comes after `typed` ones; nullptr: there is none.
const CLI::Option* next_positional(const CLI::App& app, std::size_t typed) {
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const auto takes = static_cast<std::size_t>(option->get_items_expected_max());
    if (typed < takes) return option;
    typed -= takes;
  }
  return nullptr;
}

void offer_positional(Offer& offer, const CLI::App& app, const std::vector<std::string>& typed) {
  const CLI::Option* option = next_positional(app, typed.size());
  if (!option) return;
  const std::string name = option->get_name(true);
  const std::string command = full_name(app);
  if (name == "FUNCTION" || command == "mega funcs") return offer_functions(offer);
  if (name == "COMMAND") return offer_commands(offer);
  if (name == "ARGS") offer_parameters(offer, typed);
  offer_values(offer, *option, "");
}

const CLI::Option* find_flag(const CLI::App& app, const std::string& word) {
  return is_flag(word) ? app.get_option_no_throw(word) : nullptr;
}

bool takes_value(const CLI::Option* option) {
  return option && option->get_items_expected_min() > 0;
}

const CLI::App* find_below(const CLI::App& app, const std::string& name) {
  const auto found =
      app.get_subcommands([&](const CLI::App* below) { return below->get_name() == name; });
  return found.empty() ? nullptr : found.front();
}

// The words behind the command's name, the last one at the cursor.
void offer_in_command(Offer& offer, const CLI::App& root, const std::vector<std::string>& words) {
  const CLI::App* app = &root;
  std::vector<std::string> typed;  // positionals
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (const CLI::Option* flag = find_flag(*app, word)) {
      if (!takes_value(flag)) continue;
      if (i + 2 == words.size()) return offer_values(offer, *flag, "");
      ++i;
    } else if (const CLI::App* below = find_below(*app, word)) {
      app = below;
    } else if (!is_flag(word)) {
      typed.push_back(word);
    }
  }
  const std::string& current = words.back();
  const std::size_t equals = current.find('=');
  if (is_flag(current) && equals != std::string::npos) {
    const CLI::Option* flag = find_flag(*app, current.substr(0, equals));
    if (takes_value(flag)) offer_values(offer, *flag, current.substr(0, equals + 1));
    return;
  }
  if (current.starts_with('-')) return offer_flags(offer, *app);
  for (const CLI::App* below : app->get_subcommands([](const CLI::App*) { return true; })) {
    if (!below->get_group().empty()) {
      offer.add(below->get_name(), describe_command(*below).summary);
    }
  }
  offer_positional(offer, *app, typed);
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
    offer_in_command(offer, *declared.app,
                     {words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end()});
  }
  return std::move(offer.offered);
}

}  // namespace mega
