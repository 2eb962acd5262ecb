// Settings as flags of a command: `--legacy-allow` for the setting legacy.allow.
#pragma once

#include "base/settings.h"

#include <string>
#include <string_view>

namespace mega {

class ArgumentParser;

// The flags of some settings, and all settings after parsing. Must live as long as the parser: keep
// it in the command's flags.
//
//   flags->settings.declare_of(parser, "server");   in setup
//   const auto settings = flags.settings.load();    when the command runs
class FlaggedSettings {
 public:
  FlaggedSettings() = default;
  FlaggedSettings(const FlaggedSettings&) = delete;

  template <class... T>
  void declare(ArgumentParser& parser, const Setting<T>&... settings) {
    (declare_named(parser, settings.name()), ...);
  }

  // Declares a setting by name. Requires: a setting of that name is registered.
  void declare_named(ArgumentParser& parser, std::string_view name);

  // Declares all settings that are flags of `command` ("server", "daemon", "mail").
  void declare_of(ArgumentParser& parser, std::string_view command);

  // Reads flags, environment, --config FILE or else the usual files, and defaults. Requires: a
  // setting is declared. Errors: as Settings::load.
  Result<Settings> load() const;

 private:
  SettingFlags given_;  // CLI11 keeps the addresses of the elements
  const ArgumentParser* parser_ = nullptr;
};

// The file of --config on this command or one above it; empty: not given.
std::string config_file(const ArgumentParser& parser);

}  // namespace mega
