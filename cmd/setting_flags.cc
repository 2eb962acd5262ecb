#include "cmd/setting_flags.h"

#include <cassert>

namespace mega {

void FlaggedSettings::declare_named(CLI::App& app, std::string_view name, const std::string& flag) {
  const SettingInfo* info = Registered<SettingInfo>::find(name);
  assert(info);
  app_ = &app;
  std::vector<std::string>& values = given_[info->name];
  const std::string shown = flag.empty() ? flag_name(*info) : flag;
  if (info->kind == SettingKind::flag) {
    app.add_flag_function(
        shown, [&values](std::int64_t count) { values = {count > 0 ? "true" : "false"}; },
        info->summary);
    return;
  }
  CLI::Option* option = app.add_option(shown, values, info->summary);
  option->type_name(info->value_name)->allow_extra_args(false);
  if (!info->fallback.empty()) option->default_str(info->fallback);
}

Result<Settings> FlaggedSettings::load() const {
  SettingFlags given;
  for (const auto& [name, values] : given_) {
    if (!values.empty()) given.emplace(name, values);
  }
  return load_settings(given, config_file(*app_));
}

std::string config_file(const CLI::App& app) {
  const CLI::Option* option = app.get_option_no_throw("--config");
  if (option && option->count() > 0) return option->results().back();
  return app.get_parent() ? config_file(*app.get_parent()) : "";
}

}  // namespace mega
