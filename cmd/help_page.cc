#include "cmd/help_page.h"

#include "base/text.h"
#include "cmd/command_line.h"

#include <fmt/core.h>

#include <algorithm>

namespace mega {
namespace {

// `about` of the option, followed by its default when it has one.
std::string with_default(const Option& option) {
  const std::string fallback = option.default_text();
  std::string about = option.description();
  if (!fallback.empty() && option.values_max() > 0) {
    about += fmt::format(" ({})", fallback);
  }
  return about;
}

FlagText flag_text(const Option& option) {
  std::vector<std::string> names = option.short_names();
  for (auto& name : option.long_names()) names.push_back(std::move(name));
  FlagText text{join_text(names, ", "), with_default(option)};
  if (option.values_max() > 0) text.name += " " + option.type_name();
  return text;
}

std::string argument_usage(const Option& option) {
  std::string name = option.name();
  if (option.values_max() > 1) name += "...";
  return option.is_required() ? name : "[" + name + "]";
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (const auto line : split(text, '\n')) {
    if (!trim(line).empty()) lines.emplace_back(line);
  }
  return lines;
}

// `text` wrapped into lines of at most `width` columns, each indented by `indent` blanks; the first
// line continues the text before it.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = 0;
  for (const auto word : split(text, ' ')) {
    const std::size_t room = display_width(word);
    if (column > 0 && column + 1 + room > width) {
      out += "\n" + std::string(indent, ' ');
      column = 0;
    } else if (column > 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += room;
  }
  return out;
}

void add_section(std::string& out, const TextStyle& style, std::string_view title,
                 const std::vector<FlagText>& rows) {
  if (rows.empty()) return;
  std::size_t name_width = 0;
  for (const FlagText& row : rows) {
    if (row.name.size() <= 26) name_width = std::max(name_width, row.name.size());
  }
  const std::size_t indent = name_width + 4;
  const std::size_t width = static_cast<std::size_t>(style.columns) - indent;
  out += "\n" + style.bold(title) + "\n";
  for (const FlagText& row : rows) {
    out += "  " + row.name;
    out += row.name.size() > name_width ? "\n" + std::string(indent, ' ')
                                        : std::string(name_width + 2 - row.name.size(), ' ');
    out += wrapped(row.about, indent, width) + "\n";
  }
}

void add_examples(std::string& out, const TextStyle& style,
                  const std::vector<std::string>& examples) {
  if (examples.empty()) return;
  out += "\n" + style.bold(examples.size() == 1 ? "Example" : "Examples") + "\n";
  for (const auto& line : examples) out += "  " + line + "\n";
}

}  // namespace

void describe_parser(ArgumentParser& parser, const Command& command) {
  std::string description{command.summary};
  if (!command.detail.empty()) description += "\n\n" + std::string(command.detail);
  parser.describe(description, command.example);
}

std::string full_name(const ArgumentParser& parser) {
  const std::string& name = parser.name();
  return parser.parent() ? full_name(*parser.parent()) + " " + name : name;
}

CommandText describe_command(const ArgumentParser& parser) {
  CommandText text;
  text.name = full_name(parser);
  const std::string description = parser.description();
  std::string paragraph;
  for (const auto line : split(description, '\n')) {
    if (text.summary.empty()) {
      text.summary = line;
    } else if (!trim(line).empty()) {
      paragraph += (paragraph.empty() ? "" : " ") + std::string(trim(line));
    } else if (!paragraph.empty()) {
      text.detail.push_back(std::move(paragraph));
      paragraph.clear();
    }
  }
  if (!paragraph.empty()) text.detail.push_back(std::move(paragraph));

  std::string usage_arguments;
  for (const Option& option : parser.options()) {
    if (option.is_hidden()) continue;
    if (option.is_positional()) {
      text.arguments.push_back({option.name(), with_default(option)});
      usage_arguments += " " + argument_usage(option);
    } else if (option.group() == global_flags_group || parser.is_help(option)) {
      text.common.push_back(flag_text(option));
    } else {
      text.flags.push_back(flag_text(option));
    }
  }
  for (const ArgumentParser* sub : parser.subcommands()) {
    if (sub->is_hidden()) continue;
    text.commands.push_back({sub->name(), describe_command(*sub).summary});
  }
  text.usage = text.name + " [FLAGS]";
  if (!text.commands.empty()) {
    text.usage += parser.needs_subcommand() ? " COMMAND" : " [COMMAND]";
  }
  text.usage += usage_arguments;
  text.examples = lines_of(parser.examples());
  return text;
}

std::string help_page(const ArgumentParser& parser, const TextStyle& style) {
  const CommandText text = describe_command(parser);
  const auto columns = static_cast<std::size_t>(style.columns);
  std::string out = wrapped(text.summary, 0, columns) + "\n\n";
  out += style.bold("Usage:") + " " + text.usage + "\n";
  for (const auto& paragraph : text.detail) out += "\n" + wrapped(paragraph, 0, columns) + "\n";
  add_section(out, style, "Commands", text.commands);
  add_section(out, style, "Arguments", text.arguments);
  add_section(out, style, "Flags", text.flags);
  add_section(out, style, global_flags_group, text.common);
  add_examples(out, style, text.examples);
  return out;
}

std::string overview_page(const TextStyle& style) {
  const auto globals = declare_globals();
  CommandText text = describe_command(*globals);
  std::vector<FlagText> commands;
  for (const Command* command : Registered<Command>::all()) {
    commands.push_back({std::string(command->name), std::string(command->summary)});
  }
  text.flags.insert(text.flags.end(), text.common.begin(), text.common.end());
  std::string out = text.summary + "\n\n";
  out += style.bold("Usage:") + " mega [FLAGS] COMMAND [FLAGS OF THE COMMAND] [ARGUMENTS]\n";
  add_section(out, style, "Commands", commands);
  add_section(out, style, "Flags", text.flags);
  add_examples(out, style,
               {"mega call get_all_instance \"model='backup',stat=1\"", "mega help call"});
  return out;
}

}  // namespace mega
