#include "cmd/manual.h"

#include "base/settings.h"
#include "base/text.h"
#include "cmd/command_line.h"
#include "cmd/help_page.h"

#include <fmt/core.h>

namespace mega {
namespace {

constexpr std::string_view manual_date = "2026-11-22";  // of the release that the pages describe

// Text as roff input: escapes backslashes, hyphens and quotes, and lines that would be requests.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '`') {
      out += "\\(ga";
    } else if (c == '^') {
      out += "\\(ha";
    } else if (c == '~') {
      out += "\\(ti";
    } else {
      out += c;
    }
  }
  return out.starts_with('.') ? "\\&" + out : out;
}

std::string upper(std::string_view text) {
  std::string out{text};
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

std::string title(std::string_view name, std::string_view summary) {
  return fmt::format(".TH {} 1 {} \"mega {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n",
                     escaped(upper(name)), manual_date, MEGA_VERSION, escaped(name),
                     escaped(summary));
}

std::string section(std::string_view name) { return fmt::format(".SH {}\n", upper(name)); }

std::string synopsis(std::string_view usage) {
  return fmt::format("{}.B {}\n", section("synopsis"), escaped(usage));
}

// Tagged paragraphs: a name in bold with its description below.
std::string tagged(const std::vector<FlagText>& rows) {
  std::string out;
  for (const FlagText& row : rows) {
    out += fmt::format(".TP\n.B {}\n{}\n", escaped(row.name), escaped(row.about));
  }
  return out;
}

std::string tagged_section(std::string_view name, const std::vector<FlagText>& rows) {
  return rows.empty() ? "" : section(name) + tagged(rows);
}

std::string paragraphs(const CommandText& text) {
  std::string out = escaped(text.summary) + ".\n";
  for (const auto& paragraph : text.detail) out += ".PP\n" + escaped(paragraph) + "\n";
  return out;
}

std::string example_lines(const std::vector<std::string>& examples) {
  std::string out = ".nf\n";
  for (const auto& line : examples) out += escaped(line) + "\n";
  return out + ".fi\n";
}

// A subcommand as a subsection.
std::string subcommand_section(const ArgumentParser& parser) {
  const CommandText text = describe_command(parser);
  std::string out = fmt::format(".SS {}\n.B {}\n.PP\n", escaped(text.name), escaped(text.usage));
  out += paragraphs(text) + tagged(text.arguments) + tagged(text.flags);
  if (!text.examples.empty()) out += ".PP\n" + example_lines(text.examples);
  return out;
}

const std::vector<FlagText>& exit_codes() {
  static const std::vector<FlagText> codes{
      {"0", "Done"},
      {"1", "It failed"},
      {"2", "The command line or an argument is wrong"},
      {"3", "Some targets failed"},
      {"4", "The server or some targets could not be reached"},
      {"5", "A safety check refused it"},
      {"6", "Not allowed"},
      {"7", "Not found"},
      {"8", "Timed out; the work may go on"},
      {"9", "A check found something"},
      {"70", "A bug in mega"},
  };
  return codes;
}

std::vector<FlagText> setting_rows() {
  std::vector<FlagText> rows;
  for (const SettingInfo* info : Registered<SettingInfo>::all()) {
    std::string about = info->summary;
    if (!info->fallback.empty()) about += fmt::format(" ({})", info->fallback);
    rows.push_back({fmt::format("{}, {}", info->name, environment_name(*info)), about});
  }
  return rows;
}

}  // namespace

std::string manual_of_mega() {
  const auto globals = declare_globals();
  const CommandText text = describe_command(*globals);
  std::vector<FlagText> commands;
  std::vector<std::string> pages;
  for (const Command* command : Registered<Command>::all()) {
    commands.push_back({std::string(command->name), std::string(command->summary)});
    pages.push_back(fmt::format(".BR {} (1)", escaped("mega-" + std::string(command->name))));
  }
  std::vector<FlagText> flags = text.flags;
  flags.insert(flags.end(), text.common.begin(), text.common.end());
  std::string out = title("mega", "keep a fleet of MySQL and MariaDB hosts in order");
  out += synopsis("mega [FLAGS] COMMAND [FLAGS OF THE COMMAND] [ARGUMENTS]");
  out += section("description");
  out +=
      "One program for every role: the server that knows the fleet, and the commands that ask "
      "it.\nData goes to standard output, all else to standard error.\n";
  out += tagged_section("commands", commands) + tagged_section("options", flags);
  out += section("settings");
  out +=
      "A setting is given by its flag, its environment variable, or its name in\n"
      ".I \\(ti/.config/mega/mega.conf\nor\n.I /etc/mega/mega.conf\n(TOML); the first of these "
      "that speaks wins.\nA name with a dot stands in a section.\n";
  out += tagged(setting_rows());
  out += tagged_section("exit status", exit_codes());
  return out + section("see also") + fmt::format("{}\n", join_text(pages, " ,\n"));
}

std::string manual_of(const Command& command) {
  const Declared declared = declare(command);
  const CommandText text = describe_command(*declared.parser);
  std::string out = title("mega-" + std::string(command.name), text.summary);
  out += synopsis(text.usage) + section("description") + paragraphs(text);
  out += tagged_section("arguments", text.arguments);
  const auto below = declared.parser->subcommands();
  if (!text.commands.empty()) out += section("commands");
  for (const ArgumentParser* sub : below) {
    if (!sub->is_hidden()) out += subcommand_section(*sub);
  }
  std::vector<FlagText> flags = text.flags;
  flags.insert(flags.end(), text.common.begin(), text.common.end());
  out += tagged_section("options", flags);
  out += section("examples") + example_lines(text.examples);
  out += tagged_section("exit status", exit_codes());
  return out + section("see also") + ".BR mega (1)\n";
}

}  // namespace mega
