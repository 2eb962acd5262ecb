// Settings as flags of a command: `--legacy-allow` for the setting legacy.allow.
#pragma once

#include "base/settings.h"

#include <string>
#include <string_view>

namespace mega {

class ArgumentParser;

// The flags of some settings, and all settings once the command line is parsed. Lives as long as
// the parser that it declared flags on: keep it in the command's flags.
//
//   flags->settings.declare(parser, listen, data);      in setup
//   const auto settings = flags.settings.load();     when it runs
class FlaggedSettings {
 public:
  FlaggedSettings() = default;
  FlaggedSettings(const FlaggedSettings&) = delete;

  template <class... T>
  void declare(ArgumentParser& parser, const Setting<T>&... settings) {
    (declare_named(parser, settings.name()), ...);
  }

  // By name; `flag` when it is not the one that the name gives. Requires: a setting of that name is
  // registered.
  void declare_named(ArgumentParser& parser, std::string_view name, const std::string& flag = "");

  // Flags given, environment, --config FILE or else the usual files, defaults.
  // Requires: something was declared. Errors: as Settings::load.
  Result<Settings> load() const;

 private:
  SettingFlags given_;  // CLI11 keeps the addresses of its elements
  const ArgumentParser* parser_ = nullptr;
};

// The file of --config on this command or one above it; empty: none was given.
std::string config_file(const ArgumentParser& parser);

}  // namespace mega
