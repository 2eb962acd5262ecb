// mega config [get NAME | example]
//
// Prints every setting with its value and origin, one value (for scripts), or an example file.
#include "base/settings.h"

#include "base/text.h"
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/setting_flags.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <memory>

namespace mega {
namespace {

using Cells = std::array<std::string, 3>;

std::string line_of(const Cells& cells, const std::array<std::size_t, 2>& widths) {
  std::string line;
  for (std::size_t i = 0; i < widths.size(); ++i) {
    const std::size_t width = display_width(cells[i]);
    line += cells[i] + std::string(widths[i] - std::min(width, widths[i]) + 2, ' ');
  }
  return line + cells.back() + "\n";
}

std::string shown_value(const SettingInfo& info, const Origin& origin) {
  if (info.rules.secret && !origin.value.empty()) return "********";
  return origin.value.empty() ? "-" : one_line(origin.value);
}

Result<void> list(const ArgumentParser& parser) {
  const auto settings = load_settings({}, config_file(parser));
  if (!settings) return fail(settings.error());
  std::vector<Cells> rows;
  std::array<std::size_t, 2> widths{7, 5};
  for (const SettingInfo* info : Registered<SettingInfo>::all()) {
    const Origin& origin = *settings->origin(info->name);
    rows.push_back({info->name, shown_value(*info, origin), one_line(origin.place)});
    for (std::size_t i = 0; i < widths.size(); ++i) {
      // Limits the width, so that a long list does not push the origins off the screen.
      widths[i] = std::max(widths[i], std::min<std::size_t>(display_width(rows.back()[i]), 40));
    }
  }
  const TextStyle style = style_of(stdout);
  std::string out =
      is_terminal(stdout) ? style.bold(line_of({"SETTING", "VALUE", "FROM"}, widths)) : "";
  for (const Cells& row : rows) out += line_of(row, widths);
  return write_styled(out);
}

Result<void> get(const ArgumentParser& parser, const std::string& name) {
  const auto settings = load_settings({}, config_file(parser));
  if (!settings) return fail(settings.error());
  if (const Origin* origin = settings->origin(name)) return write_output(origin->value + "\n");
  std::vector<std::string> names;
  for (const SettingInfo* info : Registered<SettingInfo>::all()) names.push_back(info->name);
  return fail(Errc::not_found, "there is no setting {}{}", mega::quoted(name),
              did_you_mean(name, names));
}

// The default as a TOML literal.
std::string toml_of(const SettingInfo& info) {
  switch (info.kind) {
    case SettingKind::integer:
    case SettingKind::flag:
      return info.fallback;
    case SettingKind::list: {
      const auto elements = *SettingType<std::vector<std::string>>::from_text(info.fallback);
      std::string list;
      for (const std::string& element : elements) {
        list += (list.empty() ? "" : ", ") + mega::quoted(element, element.size());
      }
      return "[" + list + "]";
    }
    case SettingKind::text:
    case SettingKind::bytes:
    case SettingKind::duration:
      return mega::quoted(info.fallback, info.fallback.size());
  }
  return "";
}

std::string described(const SettingInfo& info) {
  std::string text = "# " + info.summary;
  if (!info.rules.choices.empty())
    text += fmt::format(" ({})", join_text(info.rules.choices, ", "));
  return text + "\n";
}

// Settings without a section come first: in TOML a section extends to the next one.
Result<void> example() {
  std::string top =
      "# mega's settings. A line that is set here wins over the default that it shows.\n";
  std::string sections;
  std::string last;
  for (const SettingInfo* info : Registered<SettingInfo>::all()) {
    const auto dot = info->name.find('.');
    const std::string section = dot == std::string::npos ? "" : info->name.substr(0, dot);
    const std::string key = dot == std::string::npos ? info->name : info->name.substr(dot + 1);
    const std::string text = fmt::format("\n{}#{} = {}\n", described(*info), key, toml_of(*info));
    if (section.empty()) {
      top += text;
      continue;
    }
    if (section != last) sections += fmt::format("\n[{}]\n", section);
    sections += text;
    last = section;
  }
  return write_output(top + sections);
}

Run setup_get(ArgumentParser& parser) {
  auto name = std::make_shared<std::string>();
  parser.add_option("NAME", *name, "The setting, as `mega config` lists it").required();
  return [&parser, name] { return get(parser, *name); };
}

const Registered<Command> command{{
    .name = "config",
    .summary = "Show every setting, its value and where that came from",
    .example = "mega config\nmega config get keepalive\nmega config example > mega.conf",
    .setup = [](ArgumentParser& parser) -> Run {
      const std::vector<Command> below{
          {.name = "get",
           .summary = "Print the value of one setting, for scripts",
           .example = "mega config get log_level",
           .setup = setup_get},
          {.name = "example",
           .summary = "Print a settings file that shows every default",
           .example = "mega config example > ~/.config/mega/mega.conf",
           .setup = [](ArgumentParser&) -> Run { return example; }},
      };
      return subcommands(parser, below, [&parser] { return list(parser); });
    },
    .detail = "The first that speaks wins: a flag, the environment (MEGA_LOG_LEVEL for log_level), "
              "~/.config/mega/mega.conf, /etc/mega/mega.conf (both replaced by --config FILE), the "
              "default.",
}};

}  // namespace
}  // namespace mega
