#include "cmd/argument_parser.h"

#include <CLI/CLI.hpp>
#include <algorithm>

namespace mega {
namespace {

std::vector<std::string> with_hyphens(const char* hyphens, const std::vector<std::string>& names) {
  std::vector<std::string> typed;
  for (const std::string& name : names) typed.push_back(hyphens + name);
  return typed;
}

template <class T>
Option declare_option(CLI::App& app, std::string_view names, T& into, std::string_view about) {
  return Option(app.add_option(std::string(names), into, std::string(about)));
}

}  // namespace

// --- Option ---

Option& Option::type_name(std::string_view name) {
  option_->type_name(std::string(name));
  return *this;
}

Option& Option::group(std::string_view name) {
  option_->group(std::string(name));
  return *this;
}

Option& Option::required(bool on) {
  option_->required(on);
  return *this;
}

Option& Option::excludes(Option other) {
  option_->excludes(other.option_);
  return *this;
}

Option& Option::needs(Option other) {
  option_->needs(other.option_);
  return *this;
}

Option& Option::one_value_each() {
  option_->allow_extra_args(false);
  return *this;
}

Option& Option::delimiter(char separator) {
  option_->delimiter(separator);
  return *this;
}

Option& Option::one_of(const std::vector<std::string>& values) {
  option_->check(CLI::IsMember(values));
  return *this;
}

Option& Option::between(int min, int max) {
  option_->check(CLI::Validator(CLI::Range(min, max)).description(""));
  return *this;
}

Option& Option::show_default() {
  option_->capture_default_str();
  return *this;
}

Option& Option::show_default(std::string_view text) {
  option_->default_str(std::string(text));
  return *this;
}

std::string Option::name() const { return option_->get_name(); }

std::vector<std::string> Option::short_names() const {
  return with_hyphens("-", option_->get_snames());
}

std::vector<std::string> Option::long_names() const {
  return with_hyphens("--", option_->get_lnames());
}

std::string Option::type_name() const { return option_->get_type_name(); }

std::string Option::description() const { return option_->get_description(); }

std::string Option::group() const { return option_->get_group(); }

std::string Option::default_text() const { return option_->get_default_str(); }

bool Option::is_positional() const { return option_->get_positional(); }

bool Option::is_required() const { return option_->get_required(); }

bool Option::is_hidden() const { return option_->get_group().empty(); }

std::size_t Option::values_min() const {
  return static_cast<std::size_t>(option_->get_items_expected_min());
}

std::size_t Option::values_max() const {
  return static_cast<std::size_t>(option_->get_items_expected_max());
}

std::size_t Option::count() const { return option_->count(); }

std::string Option::last_value() const { return option_->results().back(); }

// --- ArgumentParser ---

ArgumentParser::ArgumentParser(std::string_view name, std::string_view help)
    : app_(std::make_shared<CLI::App>("", std::string(name))) {
  app_->set_help_flag("-h,--help", std::string(help));
}

ArgumentParser::ArgumentParser(std::shared_ptr<CLI::App> app, const ArgumentParser* parent)
    : app_(std::move(app)), parent_(parent) {}

Option ArgumentParser::add_option(std::string_view names, std::string& into,
                                  std::string_view about) {
  return declare_option(*app_, names, into, about);
}

Option ArgumentParser::add_option(std::string_view names, std::optional<std::string>& into,
                                  std::string_view about) {
  return declare_option(*app_, names, into, about);
}

Option ArgumentParser::add_option(std::string_view names, std::vector<std::string>& into,
                                  std::string_view about) {
  return declare_option(*app_, names, into, about);
}

Option ArgumentParser::add_option(std::string_view names, int& into, std::string_view about) {
  return declare_option(*app_, names, into, about);
}

Option ArgumentParser::add_option(std::string_view names, std::int64_t& into,
                                  std::string_view about) {
  return declare_option(*app_, names, into, about);
}

Option ArgumentParser::add_option(std::string_view names, std::vector<std::int64_t>& into,
                                  std::string_view about) {
  return declare_option(*app_, names, into, about);
}

Option ArgumentParser::add_option(std::string_view names, std::string_view about) {
  const std::string description(about);  // const: else CLI11 takes it as the variable
  return Option(app_->add_option(std::string(names), description));
}

Option ArgumentParser::add_flag(std::string_view names, bool& into, std::string_view about) {
  return Option(app_->add_flag(std::string(names), into, std::string(about)));
}

Option ArgumentParser::add_flag(std::string_view names, std::vector<std::string>& into,
                                std::string_view about) {
  const auto set = [&into](std::int64_t count) { into = {count > 0 ? "true" : "false"}; };
  return Option(app_->add_flag_function(std::string(names), set, std::string(about)));
}

Option ArgumentParser::add_flag(std::string_view names, std::string_view about) {
  const std::string description(about);
  return Option(app_->add_flag(std::string(names), description));
}

void ArgumentParser::describe(std::string_view description, std::string_view examples) {
  app_->description(std::string(description));
  app_->footer(std::string(examples));
}

void ArgumentParser::positionals_at_end() { app_->positionals_at_end(); }

ArgumentParser& ArgumentParser::add_subcommand(std::string_view name) {
  auto below = app_->get_subcommand_ptr(app_->add_subcommand(std::string(name)));
  below_.emplace_back(new ArgumentParser(std::move(below), this));
  return *below_.back();
}

void ArgumentParser::require_subcommand(std::size_t min) {
  app_->require_subcommand(min, 1);
  app_->fallthrough(false);
}

void ArgumentParser::hide() { app_->group(""); }

void ArgumentParser::take_all_words() {
  app_->prefix_command();
  app_->set_help_flag();
}

const std::string& ArgumentParser::name() const { return app_->get_name(); }

std::string ArgumentParser::description() const { return app_->get_description(); }

std::string ArgumentParser::examples() const { return app_->get_footer(); }

bool ArgumentParser::is_hidden() const { return app_->get_group().empty(); }

bool ArgumentParser::is_help(Option option) const { return option.option_ == app_->get_help_ptr(); }

bool ArgumentParser::needs_subcommand() const { return app_->get_require_subcommand_min() > 0; }

std::vector<Option> ArgumentParser::options() const {
  std::vector<Option> all;
  for (CLI::Option* option : app_->get_options()) all.emplace_back(option);
  return all;
}

std::vector<const ArgumentParser*> ArgumentParser::subcommands() const {
  std::vector<const ArgumentParser*> all;
  for (const auto& below : below_) all.push_back(below.get());
  return all;
}

std::optional<Option> ArgumentParser::find_option(const std::string& name) const {
  CLI::Option* option = app_->get_option_no_throw(name);
  return option ? std::optional(Option(option)) : std::nullopt;
}

Option ArgumentParser::option(const std::string& name) const {
  return Option(app_->get_option(name));
}

ParseOutcome ArgumentParser::parse(std::vector<std::string> words) {
  using Kind = ParseOutcome::Kind;
  std::ranges::reverse(words);  // CLI11 takes the last word first
  try {
    app_->parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    return {Kind::help};
  } catch (const CLI::RequiredError& error) {
    return {Kind::incomplete, error.what()};
  } catch (const CLI::ArgumentMismatch& error) {
    return {Kind::wrong_count, error.what()};
  } catch (const CLI::ParseError& error) {
    return {Kind::refused, error.what()};
  }
  return {};
}

bool ArgumentParser::parsed() const { return app_->parsed(); }

const ArgumentParser& ArgumentParser::deepest() const {
  for (const auto& below : below_) {
    if (below->parsed()) return below->deepest();
  }
  return *this;
}

std::vector<std::string> ArgumentParser::remaining(bool below) const {
  return app_->remaining(below);
}

}  // namespace mega
