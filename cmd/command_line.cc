#include "cmd/command_line.h"

#include "base/text.h"
#include "cmd/help_page.h"
#include "cmd/output.h"

#include <algorithm>
#include <cstdio>
#include <optional>

namespace mega {
namespace {

constexpr const char* config_help = "Read settings from FILE instead of the usual places";

bool is_flag(std::string_view word) { return word.size() > 1 && word[0] == '-'; }

// Every long and short flag of the app, as typed.
std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    for (const auto& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(sub->get_name());
  }
  return names;
}

// The command that was typed last: `mega inventory export` rather than `mega inventory`.
const CLI::App& deepest(const CLI::App& app) {
  const auto parsed = app.get_subcommands();
  return parsed.empty() ? app : deepest(*parsed.front());
}

// The app's name behind "mega ", which stands before every error anyway; empty for mega itself.
std::string short_name(const CLI::App& app) {
  const std::string name = full_name(app);
  return name.starts_with("mega ") ? name.substr(5) : "";
}

// What stands behind a complaint about a command line: what was meant, or where to look.
std::string see_help(const CLI::App& app, const std::string& suggestion = "") {
  return suggestion.empty() ? fmt::format("; see {} --help", full_name(app)) : suggestion;
}

// "inventory export has no flag", "there is no flag": what begins a complaint about the app.
std::string lacks(const CLI::App& app, std::string_view what) {
  const std::string name = short_name(app);
  return name.empty() ? fmt::format("there is no {}", what)
                      : fmt::format("{} has no {}", name, what);
}

Error unexpected_word(const CLI::App& app, const std::string& word) {
  if (is_flag(word)) {
    const std::string flag = word.substr(0, word.find('='));
    return {Errc::invalid_argument,
            fmt::format("{} {}{}", lacks(app, "flag"), flag,
                        see_help(app, did_you_mean(flag, flag_names(app))))};
  }
  const auto subcommand = subcommand_names(app);
  if (!subcommand.empty()) {
    return {Errc::invalid_argument,
            fmt::format("{} {}{}", lacks(app, "command"), mega::quoted(word),
                        see_help(app, did_you_mean(word, subcommand)))};
  }
  return {Errc::invalid_argument, fmt::format("{} takes no further argument, but got {}{}",
                                              short_name(app), mega::quoted(word), see_help(app))};
}

// CLI11's complaint as a sentence of ours. It begins with the name of an option.
std::string sentence_of(const CLI::App& app, const CLI::ParseError& error) {
  const std::string what = one_line(error.what());
  const CLI::Option* option = app.get_option_no_throw(what.substr(0, what.find_first_of(": ")));
  if (option && dynamic_cast<const CLI::ArgumentMismatch*>(&error)) {
    if (option->count() > 1) return fmt::format("{} is given more than once", option->get_name());
    return fmt::format("{} needs a value, {}", option->get_name(), option->get_type_name());
  }
  constexpr std::string_view not_converted = "Could not convert: ";  // then NAME = WORD
  if (const auto equals = what.find(" = ");
      what.starts_with(not_converted) && equals != what.npos) {
    return fmt::format("{} takes a number, not {}",
                       what.substr(not_converted.size(), equals - not_converted.size()),
                       mega::quoted(what.substr(equals + 3)));
  }
  return what;
}

Error usage_error(const CLI::App& app, const CLI::ParseError& error) {
  // A mistyped flag is what the user wants to hear of, whatever else is missing because of it.
  if (const auto rest = app.remaining(true); !rest.empty()) {
    const auto flag = std::ranges::find_if(rest, is_flag);
    return unexpected_word(app, flag == rest.end() ? rest.front() : *flag);
  }
  if (dynamic_cast<const CLI::RequiredError*>(&error) && !subcommand_names(app).empty()) {
    return {Errc::invalid_argument,
            fmt::format("{} needs a command: {}{}", short_name(app),
                        fmt::join(subcommand_names(app), ", "), see_help(app))};
  }
  return {Errc::invalid_argument,
          fmt::format("{}: {}{}", short_name(app), sentence_of(app, error), see_help(app))};
}

Result<void> unknown_command(const std::string& word) {
  if (is_flag(word)) return fail(unexpected_word(*declare_globals(), word));
  return fail(Errc::invalid_argument, "there is no command {}{}", mega::quoted(word),
              see_help(*declare_globals(), did_you_mean_command(word)));
}

// `words` after the command's name.
Result<void> run_command(const Command& command, std::vector<std::string> words) {
  const Declared declared = declare(command);
  CLI::App& app = *declared.app;
  std::ranges::reverse(words);  // as CLI11 wants them
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return write_output(help_page(deepest(app), style_of(stdout)));
  } catch (const CLI::ParseError& error) {
    return fail(usage_error(deepest(app), error));
  }
  return declared.run();
}

}  // namespace

Declared declare(const Command& command) {
  Declared declared{&command, std::make_unique<CLI::App>(), nullptr};
  CLI::App& app = *declared.app;
  app.name("mega " + std::string(command.name));
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.add_option("--config", config_help)->type_name("FILE")->group(global_flags_group);
  declared.run = command.setup(app);
  describe_app(app, command);
  return declared;
}

std::unique_ptr<CLI::App> declare_globals() {
  auto app =
      std::make_unique<CLI::App>("Keeps a fleet of MySQL and MariaDB hosts in order", "mega");
  app->set_help_flag("-h,--help", "Print the help of mega or of a command and exit");
  app->add_flag_callback(
      "--version", [] {}, "Print the version and exit");
  app->add_option("--config", config_help)->type_name("FILE");
  return app;
}

const Command* find_command(std::string_view name) { return Registered<Command>::find(name); }

std::string did_you_mean_command(std::string_view typed) {
  std::vector<std::string> names;
  for (const Command* command : Registered<Command>::all()) names.emplace_back(command->name);
  return did_you_mean(typed, names);
}

Run subcommands(CLI::App& app, const std::vector<Command>& commands, Run otherwise) {
  std::vector<std::pair<CLI::App*, Run>> choices;
  for (const Command& command : commands) {
    CLI::App* sub = app.add_subcommand(std::string(command.name));
    choices.emplace_back(sub, command.setup(*sub));
    describe_app(*sub, command);
  }
  app.require_subcommand(otherwise ? 0 : 1, 1);
  app.fallthrough(false);
  return [choices = std::move(choices), otherwise = std::move(otherwise)]() -> Result<void> {
    for (const auto& [sub, run] : choices) {
      if (sub->parsed()) return run();
    }
    return otherwise();
  };
}

Result<void> run_command_line(const std::vector<std::string>& words) {
  // Global flags stand before the command; those with a value are handed on to it.
  std::vector<std::string> handed_on;
  std::size_t i = 0;
  for (; i < words.size() && is_flag(words[i]); ++i) {
    const std::string& word = words[i];
    if (word == "--version") return write_output("mega " MEGA_VERSION "\n");
    if (word == "--help" || word == "-h") return write_output(overview_page(style_of(stdout)));
    if (word == "--config" && i + 1 < words.size()) {
      handed_on.push_back("--config=" + words[++i]);
    } else if (word.starts_with("--config=")) {
      handed_on.push_back(word);
    } else if (word == "--config") {
      return fail(Errc::invalid_argument, "--config needs a FILE; see mega --help");
    } else {
      return unknown_command(word);
    }
  }
  if (i == words.size()) {
    print_note(overview_page(style_of(stderr)));
    return fail(Errc::invalid_argument, "name a command");
  }
  const Command* command = find_command(words[i]);
  if (!command) return unknown_command(words[i]);
  handed_on.insert(handed_on.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                   words.end());
  return run_command(*command, std::move(handed_on));
}

}  // namespace mega
