// The parser of command lines: a thin layer over CLI11.
//
// CLI11 is one header of templates that takes longer to compile than any command. Only
// argument_parser.cc includes it; commands declare their flags and arguments here.
//
//   parser.add_option("--count", flags->count, "Rows at most").type_name("N").show_default();
//   parser.add_option("NAME", flags->name, "Name of the host").required();
//   parser.add_flag("--dry-run,-n", flags->dry_run, "Change nothing");
//
// A name that begins with a hyphen declares a flag, any other name a positional argument. The
// parser keeps references to the variables, which must outlive it; parse() sets them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace mega {

// One flag or one positional argument. A handle: copies refer to the same option of the parser,
// which must outlive them.
class Option {
 public:
  explicit Option(CLI::Option* option) : option_(option) {}

  // --- Declaration. Each function returns the option itself. ---

  Option& type_name(std::string_view name);  // "FILE", "csv|json": for the help and completion
  Option& group(std::string_view name);      // its section of the help; empty hides the option
  Option& required(bool on = true);

  // Refuses this option together with `other`, in both directions.
  Option& excludes(Option other);
  // Requires `other` when this option is given.
  Option& needs(Option other);

  // For lists: the flag takes one value each time it is given, not all words up to the next flag.
  Option& one_value_each();
  // For lists: splits each word into values at this character.
  Option& delimiter(char separator);

  // Refuses any other value. one_of lists the values behind the type's name, between does not.
  Option& one_of(const std::vector<std::string>& values);
  Option& between(int min, int max);

  // Shows the variable's current value, or `text`, as the default in the help.
  Option& show_default();
  Option& show_default(std::string_view text);

  // --- Description, for the help, the manual and the completion. ---

  std::string name() const;  // the first name as typed: "--output", "FUNCTION"; empty when hidden
  std::vector<std::string> short_names() const;  // as typed: "-o"
  std::vector<std::string> long_names() const;   // as typed: "--output"
  std::string type_name() const;
  std::string description() const;
  std::string group() const;
  std::string default_text() const;  // from show_default(); else empty
  bool is_positional() const;
  bool is_required() const;
  bool is_hidden() const;
  std::size_t values_min() const;  // 0 for a flag without a value
  std::size_t values_max() const;

  // --- After parse() ---

  std::size_t count() const;  // values given; for a flag without a value, how often it was given
  std::string last_value() const;  // as typed. Requires: count() > 0

 private:
  friend class ArgumentParser;
  CLI::Option* option_;
};

// The result of parse().
struct ParseOutcome {
  enum class Kind {
    parsed,
    help,         // --help was given
    incomplete,   // a required argument or command is missing
    wrong_count,  // an option has too few or too many values
    refused,      // any other mistake
  };
  Kind kind = Kind::parsed;
  std::string message{};  // CLI11's error message; begins with the option's name
};

// The flags, arguments and subcommands of one command. Not thread-safe.
class ArgumentParser {
 public:
  // `help`: the description of its flags -h and --help.
  ArgumentParser(std::string_view name, std::string_view help);
  ArgumentParser(const ArgumentParser&) = delete;

  // --- Declaration ---

  // Flags with a value, and positional arguments. A list takes any number of values.
  Option add_option(std::string_view names, std::string& into, std::string_view about);
  Option add_option(std::string_view names, std::optional<std::string>& into,
                    std::string_view about);
  Option add_option(std::string_view names, std::vector<std::string>& into, std::string_view about);
  Option add_option(std::string_view names, int& into, std::string_view about);
  Option add_option(std::string_view names, std::int64_t& into, std::string_view about);
  Option add_option(std::string_view names, std::vector<std::int64_t>& into,
                    std::string_view about);
  Option add_option(std::string_view names, std::string_view about);  // read with last_value()

  // Flags without a value.
  Option add_flag(std::string_view names, bool& into, std::string_view about);
  // As text: "true", or "false" after --flag=false. One element; none when the flag is not given.
  Option add_flag(std::string_view names, std::vector<std::string>& into, std::string_view about);
  Option add_flag(std::string_view names, std::string_view about);  // read with count()

  // Sets the command's description (a summary and paragraphs) and its example lines.
  void describe(std::string_view description, std::string_view examples);

  // All words after the first positional argument are arguments too, even with a hyphen in front.
  void positionals_at_end();

  // --- Subcommands ---

  // Owned by this parser; its help flag is a copy of this parser's.
  ArgumentParser& add_subcommand(std::string_view name);
  // The number of subcommands that must be typed, 0 or 1. At most one is accepted.
  void require_subcommand(std::size_t min);

  // Leaves the command out of the help and the completion.
  void hide();
  // Takes all words as they are, also flags and --help; remaining() returns them.
  void take_all_words();

  // --- Description ---

  const std::string& name() const;  // "mega ping"; of a subcommand "export"
  std::string description() const;
  std::string examples() const;
  bool is_hidden() const;
  bool is_help(Option option) const;  // -h, --help
  bool needs_subcommand() const;
  const ArgumentParser* parent() const { return parent_; }  // nullptr: not a subcommand
  std::vector<Option> options() const;                      // as declared
  std::vector<const ArgumentParser*> subcommands() const;   // as declared

  // Finds an option by any of its names as typed; nullopt: unknown name.
  std::optional<Option> find_option(const std::string& name) const;
  // Requires: the option is declared.
  Option option(const std::string& name) const;

  // --- Parsing ---

  // Sets the variables. `words`: the command line after the command's name.
  ParseOutcome parse(std::vector<std::string> words);

  bool parsed() const;  // for a subcommand: it was typed
  // The subcommand that was typed last; this parser when none was.
  const ArgumentParser& deepest() const;
  // The words that no option took; with `below` also those of subcommands.
  std::vector<std::string> remaining(bool below = false) const;

 private:
  ArgumentParser(std::shared_ptr<CLI::App> app, const ArgumentParser* parent);

  std::shared_ptr<CLI::App> app_;
  const ArgumentParser* parent_ = nullptr;
  std::vector<std::unique_ptr<ArgumentParser>> below_;
};

}  // namespace mega
