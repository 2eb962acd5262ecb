#include "cmd/setting_flags.h"

#include "cmd/argument_parser.h"

#include <algorithm>
#include <cassert>

namespace mega {

void FlaggedSettings::declare_named(ArgumentParser& parser, std::string_view name) {
  const SettingInfo* info = Registered<SettingInfo>::find(name);
  assert(info);
  parser_ = &parser;
  std::vector<std::string>& values = given_[info->name];
  const std::string shown = flag_name(*info);
  if (info->kind == SettingKind::flag) {
    parser.add_flag(shown, values, info->summary);
    return;
  }
  Option option = parser.add_option(shown, values, info->summary);
  option.type_name(info->value_name).one_value_each();
  if (!info->fallback.empty()) option.show_default(info->fallback);
}

void FlaggedSettings::declare_of(ArgumentParser& parser, std::string_view command) {
  for (const SettingInfo* info : Registered<SettingInfo>::all()) {
    const auto& commands = info->rules.flag_of;
    if (std::ranges::find(commands, command) != commands.end()) declare_named(parser, info->name);
  }
}

Result<Settings> FlaggedSettings::load() const {
  SettingFlags given;
  for (const auto& [name, values] : given_) {
    if (!values.empty()) given.emplace(name, values);
  }
  return load_settings(given, config_file(*parser_));
}

std::string config_file(const ArgumentParser& parser) {
  const auto option = parser.find_option("--config");
  if (option && option->count() > 0) return option->last_value();
  return parser.parent() ? config_file(*parser.parent()) : "";
}

}  // namespace mega
