#include "cmd/command_line.h"

#include "base/text.h"
#include "cmd/help_page.h"
#include "cmd/output.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <optional>

namespace mega {
namespace {

constexpr const char* config_help = "Read settings from FILE instead of the usual places";

bool is_flag(std::string_view word) { return word.size() > 1 && word[0] == '-'; }

// Every long and short flag of the parser, as typed.
std::vector<std::string> flag_names(const ArgumentParser& parser) {
  std::vector<std::string> names;
  for (const Option& option : parser.options()) {
    for (auto& name : option.long_names()) names.push_back(std::move(name));
    for (auto& name : option.short_names()) names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> subcommand_names(const ArgumentParser& parser) {
  std::vector<std::string> names;
  for (const ArgumentParser* sub : parser.subcommands()) {
    names.push_back(sub->name());
  }
  return names;
}

// The parser's name without "mega ", which begins every error anyway; empty for mega itself.
std::string short_name(const ArgumentParser& parser) {
  const std::string name = full_name(parser);
  return name.starts_with("mega ") ? name.substr(5) : "";
}

// The end of an error about the command line: the suggestion, or a reference to --help.
std::string see_help(const ArgumentParser& parser, const std::string& suggestion = "") {
  return suggestion.empty() ? fmt::format("; see {} --help", full_name(parser)) : suggestion;
}

// The beginning of an error about a command: "inventory export has no flag", "there is no flag".
std::string lacks(const ArgumentParser& parser, std::string_view what) {
  const std::string name = short_name(parser);
  return name.empty() ? fmt::format("there is no {}", what)
                      : fmt::format("{} has no {}", name, what);
}

Error unexpected_word(const ArgumentParser& parser, const std::string& word) {
  if (is_flag(word)) {
    const std::string flag = word.substr(0, word.find('='));
    return {Errc::invalid_argument,
            fmt::format("{} {}{}", lacks(parser, "flag"), flag,
                        see_help(parser, did_you_mean(flag, flag_names(parser))))};
  }
  const auto subcommand = subcommand_names(parser);
  if (!subcommand.empty()) {
    return {Errc::invalid_argument,
            fmt::format("{} {}{}", lacks(parser, "command"), mega::quoted(word),
                        see_help(parser, did_you_mean(word, subcommand)))};
  }
  return {Errc::invalid_argument,
          fmt::format("{} takes no further argument, but got {}{}", short_name(parser),
                      mega::quoted(word), see_help(parser))};
}

// CLI11's error as a sentence of mega. It begins with the name of an option.
std::string sentence_of(const ArgumentParser& parser, const ParseOutcome& mistake) {
  const std::string what = one_line(mistake.message);
  const auto option = parser.find_option(what.substr(0, what.find_first_of(": ")));
  if (option && mistake.kind == ParseOutcome::Kind::wrong_count) {
    if (option->count() > 1) return fmt::format("{} is given more than once", option->name());
    return fmt::format("{} needs a value, {}", option->name(), option->type_name());
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

Error usage_error(const ArgumentParser& parser, const ParseOutcome& mistake) {
  // A mistyped flag is reported first: other errors may follow from it.
  if (const auto rest = parser.remaining(true); !rest.empty()) {
    const auto flag = std::ranges::find_if(rest, is_flag);
    return unexpected_word(parser, flag == rest.end() ? rest.front() : *flag);
  }
  if (mistake.kind == ParseOutcome::Kind::incomplete && !subcommand_names(parser).empty()) {
    return {Errc::invalid_argument,
            fmt::format("{} needs a command: {}{}", short_name(parser),
                        join_text(subcommand_names(parser), ", "), see_help(parser))};
  }
  return {Errc::invalid_argument, fmt::format("{}: {}{}", short_name(parser),
                                              sentence_of(parser, mistake), see_help(parser))};
}

Result<void> unknown_command(const std::string& word) {
  if (is_flag(word)) return fail(unexpected_word(*declare_globals(), word));
  return fail(Errc::invalid_argument, "there is no command {}{}", mega::quoted(word),
              see_help(*declare_globals(), did_you_mean_command(word)));
}

// `words`: the words after the command's name.
Result<void> run_command(const Command& command, std::vector<std::string> words) {
  const Declared declared = declare(command);
  const ParseOutcome outcome = declared.parser->parse(std::move(words));
  if (outcome.kind == ParseOutcome::Kind::parsed) return declared.run();
  const ArgumentParser& typed = declared.parser->deepest();
  if (outcome.kind == ParseOutcome::Kind::help) {
    return write_styled(help_page(typed, style_of(stdout)));
  }
  return fail(usage_error(typed, outcome));
}

}  // namespace

Declared declare(const Command& command) {
  Declared declared{&command,
                    std::make_unique<ArgumentParser>("mega " + std::string(command.name),
                                                     "Print this help and exit"),
                    nullptr};
  ArgumentParser& parser = *declared.parser;
  parser.add_option("--config", config_help).type_name("FILE").group(global_flags_group);
  declared.run = command.setup(parser);
  describe_parser(parser, command);
  return declared;
}

std::unique_ptr<ArgumentParser> declare_globals() {
  auto parser =
      std::make_unique<ArgumentParser>("mega", "Print the help of mega or of a command and exit");
  parser->describe("Keeps a fleet of MySQL and MariaDB hosts in order", "");
  parser->add_flag("--version", "Print the version and exit");
  parser->add_option("--config", config_help).type_name("FILE");
  return parser;
}

const Command* find_command(std::string_view name) { return Registered<Command>::find(name); }

std::string did_you_mean_command(std::string_view typed) {
  std::vector<std::string> names;
  for (const Command* command : Registered<Command>::all()) names.emplace_back(command->name);
  return did_you_mean(typed, names);
}

Run subcommands(ArgumentParser& parser, const std::vector<Command>& commands, Run otherwise) {
  std::vector<std::pair<ArgumentParser*, Run>> choices;
  for (const Command& command : commands) {
    ArgumentParser& sub = parser.add_subcommand(command.name);
    choices.emplace_back(&sub, command.setup(sub));
    describe_parser(sub, command);
  }
  parser.require_subcommand(otherwise ? 0 : 1);
  return [choices = std::move(choices), otherwise = std::move(otherwise)]() -> Result<void> {
    for (const auto& [sub, run] : choices) {
      if (sub->parsed()) return run();
    }
    return otherwise();
  };
}

Result<void> run_command_line(const std::vector<std::string>& words) {
  // Global flags precede the command; those with a value are passed on to the command.
  std::vector<std::string> handed_on;
  std::size_t i = 0;
  for (; i < words.size() && is_flag(words[i]); ++i) {
    const std::string& word = words[i];
    if (word == "--version") return write_output("mega " MEGA_VERSION "\n");
    if (word == "--help" || word == "-h") return write_styled(overview_page(style_of(stdout)));
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
    print_styled_note(overview_page(style_of(stderr)));
    return fail(Errc::invalid_argument, "name a command");
  }
  const Command* command = find_command(words[i]);
  if (!command) return unknown_command(words[i]);
  handed_on.insert(handed_on.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                   words.end());
  return run_command(*command, std::move(handed_on));
}

}  // namespace mega
