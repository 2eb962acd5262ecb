// Settings: each has one name and four possible sources; the first source that sets it wins.
//
//   flag          --legacy-allow 10.0.0.0/8
//   environment   MEGA_LEGACY_ALLOW=10.0.0.0/8
//   file          allow = "10.0.0.0/8" under [legacy]; ~/.config/mega/mega.conf, then
//                 /etc/mega/mega.conf (TOML); --config FILE replaces both
//   built in      the default of the Setting
//
// A setting is declared once, in the file that uses it:
//
//   const Setting<std::vector<std::string>> listen{"listen", {"127.0.0.1:1104"}, "ADDRESS[:PORT]",
//                                                  "Where the server listens"};
//
// This also declares it for `mega config`, the flags, the checks of the file and the manual.
// settings[listen] then has that type. Names are lower case with underscores; "legacy.allow" is in
// a section.
#pragma once

#include "base/registered.h"
#include "base/result.h"

#include <cassert>
#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

enum class SettingKind {
  text,
  list,      // TOML array; in flags repeated or split at commas, in the environment split at commas
  integer,   // of 64 bits
  bytes,     // integer, or with KiB, MiB, GiB behind it
  duration,  // milliseconds inside; typed "300", "300s", "1500ms", "10m", "12h", "7d"; a bare
             // number means seconds
  flag,      // true or false
};

// Constraints on a value besides its kind; load() refuses a value that violates them.
struct SettingRules {
  std::int64_t min = std::numeric_limits<std::int64_t>::min();  // of integers, bytes, milliseconds
  std::int64_t max = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string> choices = {};  // of a text, and of each element of a list; empty: any
  bool secret = false;                    // `mega config` does not show the value
  std::vector<std::string> flag_of = {};  // commands that have it as a flag: "server", "daemon"
  std::string flag = "";                  // its flag, "--data"; empty: from its name
};

struct SettingInfo {
  std::string name;  // "legacy.allow"
  SettingKind kind;
  std::string fallback;    // as typed in the environment
  std::string value_name;  // for the help: "ADDRESS[:PORT]"
  std::string summary;     // one line
  SettingRules rules;
};

std::string flag_name(const SettingInfo& info);         // "--legacy-allow", or its rules' flag
std::string environment_name(const SettingInfo& info);  // "MEGA_LEGACY_ALLOW"

// A number of bytes, so that a Setting of it reads and prints units.
struct ByteCount {
  std::int64_t bytes = 0;
  friend auto operator<=>(const ByteCount&, const ByteCount&) = default;
};

// "1048576", "64KiB", "64MiB", "2GiB". Errors: invalid_argument.
Result<ByteCount> parse_bytes(std::string_view text);

// "300" (seconds), "300s", "1500ms", "10m", "12h", "7d"; never negative. Errors: invalid_argument.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);

std::string format_bytes(ByteCount count);  // "64MiB", with the largest unit that divides
std::string format_duration(std::chrono::milliseconds length);  // "5m", likewise

// The types that a Setting may have: converts a value to text (as typed in the environment) and
// back. Errors of from_text: invalid_argument; the message says what is wanted.
template <class T>
struct SettingType;

#define MEGA_SETTING_TYPE(TYPE, KIND)                      \
  template <>                                              \
  struct SettingType<TYPE> {                               \
    static constexpr SettingKind kind = SettingKind::KIND; \
    static std::string to_text(const TYPE& value);         \
    static Result<TYPE> from_text(std::string_view text);  \
  }
MEGA_SETTING_TYPE(std::string, text);
MEGA_SETTING_TYPE(std::vector<std::string>, list);
MEGA_SETTING_TYPE(std::int64_t, integer);
MEGA_SETTING_TYPE(ByteCount, bytes);
MEGA_SETTING_TYPE(std::chrono::milliseconds, duration);
MEGA_SETTING_TYPE(bool, flag);
#undef MEGA_SETTING_TYPE

// Where the value of one setting came from.
struct Origin {
  std::string value;  // as typed in the environment (lists joined by commas)
  // "flag --listen", "environment MEGA_LISTEN", "/etc/mega/mega.conf:12" or "default".
  std::string place;
};

// Declared at namespace scope, `const`, in the .cc that reads it.
template <class T>
class Setting {
 public:
  Setting(std::string name, const T& fallback, std::string value_name, std::string summary,
          SettingRules rules = {})
      : info_({std::move(name), SettingType<T>::kind, SettingType<T>::to_text(fallback),
               std::move(value_name), std::move(summary), std::move(rules)}) {}

  const std::string& name() const { return info_.item().name; }

 private:
  Registered<SettingInfo> info_;
};

// Values from flags, by setting name: only the flags given, with one value per occurrence. A
// repeated flag adds to a list; of other settings the last value counts.
using SettingFlags = std::map<std::string, std::vector<std::string>>;

// The sources that load() reads, passed in so that tests control them.
struct SettingSources {
  SettingFlags flags = {};
  std::map<std::string, std::string> environment = {};  // all variables; only MEGA_* count
  std::vector<std::string> files = {};  // the first that sets it wins; a missing one is no error
  bool files_must_exist = false;        // --config FILE was given
};

// The settings of this process: immutable after load, so any thread may read.
class Settings {
 public:
  // Errors: invalid_argument for an unknown name (with a did-you-mean), a value of the wrong kind
  // or a file that is no TOML; failed for a file that cannot be read. Each names the file and line,
  // the variable or the flag.
  static Result<Settings> load(const SettingSources& sources);

  template <class T>
  T operator[](const Setting<T>& setting) const {
    const Origin* found = origin(setting.name());
    assert(found && "a setting is declared at namespace scope");
    return *SettingType<T>::from_text(found->value);  // load() has checked it
  }

  // By name, for `mega config`. nullptr: unknown name.
  const Origin* origin(std::string_view name) const;

 private:
  std::map<std::string, Origin, std::less<>> values_;  // one for each registered setting
};

// load() with the environment of this process and `config_file`; if that is empty, the file that
// MEGA_CONFIG names; if that is empty, too, the files at their usual places.
Result<Settings> load_settings(const SettingFlags& flags, const std::string& config_file);

}  // namespace mega
