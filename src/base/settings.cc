#include "base/settings.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "base/as_owner.h"
#include "base/file.h"
#include "base/settings_file.h"
#include "base/text.h"

extern char** environ;

namespace mega {
namespace {

// Variables with the prefix MEGA_ that are not settings.
constexpr std::array<std::string_view, 3> other_variables{
    "MEGA_CONFIG",         // the same as --config FILE
    "MEGA_BINARY",         // the tests: the program to test
    "MEGA_UPDATE_GOLDEN",  // the tests: write golden files anew
};
constexpr std::string_view tests_prefix = "MEGA_TEST_";

std::vector<const SettingInfo*> all_settings() { return Registered<SettingInfo>::all(); }

const SettingInfo* find(std::string_view name) { return Registered<SettingInfo>::find(name); }

template <class Name>
std::vector<std::string> names_of_all(Name name) {
  std::vector<std::string> names;
  for (const SettingInfo* info : all_settings()) names.push_back(name(*info));
  return names;
}

std::string plain_name(const SettingInfo& info) { return info.name; }

auto unknown(std::string_view place, std::string_view name) {
  return fail(Errc::invalid_argument, "{}: there is no setting {}{}", place, quoted(name),
              did_you_mean(name, names_of_all(plain_name)));
}

Result<void> check_range(const SettingInfo& info, std::int64_t value) {
  const auto shown = [&info](std::int64_t number) {
    if (info.kind == SettingKind::bytes) return format_bytes({number});
    if (info.kind == SettingKind::duration)
      return format_duration(std::chrono::milliseconds(number));
    return std::to_string(number);
  };
  if (value < info.rules.min) {
    return fail(Errc::invalid_argument, "want at least {}, not {}", shown(info.rules.min),
                shown(value));
  }
  if (value > info.rules.max) {
    return fail(Errc::invalid_argument, "want at most {}, not {}", shown(info.rules.max),
                shown(value));
  }
  return {};
}

Result<void> check_choice(const SettingInfo& info, const std::string& value) {
  const auto& choices = info.rules.choices;
  if (choices.empty() || std::ranges::find(choices, value) != choices.end()) return {};
  return fail(Errc::invalid_argument, "want one of {}, not {}{}", join_text(choices, ", "),
              quoted(value), did_you_mean(value, choices));
}

// Whether the text is a value of the setting's kind and keeps its rules.
Result<void> check(const SettingInfo& info, std::string_view text) {
  switch (info.kind) {
    case SettingKind::text:
      return check_choice(info, std::string(text));
    case SettingKind::list: {
      const auto elements = *SettingType<std::vector<std::string>>::from_text(text);
      for (const std::string& element : elements) {
        if (const auto good = check_choice(info, element); !good) return good;
      }
      return {};
    }
    case SettingKind::integer: {
      const auto number = SettingType<std::int64_t>::from_text(text);
      if (!number) return fail(number.error());
      return check_range(info, *number);
    }
    case SettingKind::bytes: {
      const auto count = parse_bytes(text);
      if (!count) return fail(count.error());
      return check_range(info, count->bytes);
    }
    case SettingKind::duration: {
      const auto length = parse_duration(text);
      if (!length) return fail(length.error());
      return check_range(info, length->count());
    }
    case SettingKind::flag: {
      const auto flag = SettingType<bool>::from_text(text);
      if (!flag) return fail(flag.error());
      return {};
    }
  }
  return {};
}

// The setting's value from one place, or the error that names the place.
Result<Origin> origin_of(const SettingInfo& info, std::string value, std::string place) {
  if (const auto good = check(info, value); !good) {
    // An error message must not contain the value of a secret.
    const std::string why =
        info.rules.secret ? "the value is none it can have" : good.error().message;
    return fail(Errc::invalid_argument, "{}: {}: {}", place, info.name, why);
  }
  return Origin{std::move(value), std::move(place)};
}

using Values = std::map<std::string, Origin, std::less<>>;

Result<void> add_flags(Values& values, const SettingFlags& flags) {
  for (const auto& [name, given] : flags) {
    const SettingInfo* info = find(name);
    if (!info) return unknown("flag", name);
    if (given.empty()) continue;
    std::string value = info->kind == SettingKind::list ? join_text(given, ",") : given.back();
    auto origin = origin_of(*info, std::move(value), "flag " + flag_name(*info));
    if (!origin) return fail(origin.error());
    values.emplace(name, std::move(*origin));
  }
  return {};
}

Result<void> add_environment(Values& values,
                             const std::map<std::string, std::string>& environment) {
  const auto settings = all_settings();
  for (const auto& [variable, value] : environment) {
    if (!variable.starts_with("MEGA_") || variable.starts_with(tests_prefix)) continue;
    if (std::ranges::find(other_variables, variable) != other_variables.end()) continue;
    const auto info = std::ranges::find(settings, variable,
                                        [](const SettingInfo* s) { return environment_name(*s); });
    if (info == settings.end()) {
      return fail(Errc::invalid_argument, "environment: there is no setting for {}{}",
                  one_line(variable), did_you_mean(variable, names_of_all(environment_name)));
    }
    auto origin = origin_of(**info, value, "environment " + variable);
    if (!origin) return fail(origin.error());
    values.emplace((*info)->name, std::move(*origin));
  }
  return {};
}

// The value as typed in the environment. Errors: invalid_argument when a value of that kind in the
// file does not fit the setting.
Result<std::string> text_of(const SettingInfo& info, const FileSetting& setting) {
  const SettingKind written = setting.written;
  const auto wants = [](std::string_view what) {
    return fail(Errc::invalid_argument, "want {}", what);
  };
  switch (info.kind) {
    case SettingKind::text:
      if (written != SettingKind::text) return wants("a text in quotes");
      break;
    case SettingKind::list:
      if (written == SettingKind::text) break;
      if (written != SettingKind::list) return wants("a list of texts, like [\"a\", \"b\"]");
      for (const std::string& element : setting.values) {
        if (element.find(',') != std::string::npos) return wants("no comma within an element");
      }
      return SettingType<std::vector<std::string>>::to_text(setting.values);
    case SettingKind::integer:
      if (written != SettingKind::integer) return wants("a whole number, without quotes");
      break;
    case SettingKind::bytes:
      if (written == SettingKind::integer || written == SettingKind::text) break;
      return wants("a number of bytes, or a text like \"64MiB\"");
    case SettingKind::duration:
      if (written == SettingKind::integer || written == SettingKind::text) break;
      return wants("a number of seconds, or a text like \"10m\"");
    case SettingKind::flag:
      if (written != SettingKind::flag) return wants("true or false, without quotes");
      break;
  }
  return setting.values[0];
}

Result<void> add_file(Values& values, const std::string& file, bool must_exist) {
  const auto text = read_file(file, settings_file_bytes_max);
  if (!text && text.error().code == Errc::not_found && !must_exist) return {};
  if (!text) return fail(text.error());
  const auto settings = parse_settings_file(*text, file);
  if (!settings) return fail(settings.error());
  for (const FileSetting& setting : *settings) {
    std::string place = fmt::format("{}:{}", file, setting.line);
    const SettingInfo* info = find(setting.name);
    if (!info) return unknown(place, setting.name);
    auto value = text_of(*info, setting);
    if (!value)
      return fail(Errc::invalid_argument, "{}: {}: {}", place, info->name, value.error().message);
    auto origin = origin_of(*info, std::move(*value), std::move(place));
    if (!origin) return fail(origin.error());
    values.emplace(setting.name, std::move(*origin));
  }
  return {};
}

std::string to_upper(std::string name) {
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name;
}

std::string with(std::string name, char from, char to) {
  std::ranges::replace(name, from, to);
  return name;
}

// After `su` or `sudo -E`, HOME may be the folder of another user: its file is skipped when that
// folder is not accessible, and by root when another user could have written the file.
bool is_own_file(const std::string& home, const std::string& file) {
  if (::access(home.c_str(), X_OK) != 0) return false;
  struct stat facts {};
  if (::geteuid() != 0 || ::stat(file.c_str(), &facts) != 0) return true;
  return facts.st_uid == 0 && !foreign_owner(file);
}

std::vector<std::string> usual_files(const std::string& home) {
  std::vector<std::string> files{home + "/.config/mega/mega.conf", "/etc/mega/mega.conf"};
  if (!home.starts_with('/') || !is_own_file(home, files.front())) files.erase(files.begin());
  return files;
}

}  // namespace

std::string flag_name(const SettingInfo& info) {
  if (!info.rules.flag.empty()) return info.rules.flag;
  return "--" + with(with(info.name, '.', '-'), '_', '-');
}

std::string environment_name(const SettingInfo& info) {
  return "MEGA_" + to_upper(with(info.name, '.', '_'));
}

Result<Settings> Settings::load(const SettingSources& sources) {
  // Each step adds only the values that no earlier step has set, so that the first source wins;
  // hidden values are still checked.
  Settings settings;
  if (const auto done = add_flags(settings.values_, sources.flags); !done)
    return fail(done.error());
  if (const auto done = add_environment(settings.values_, sources.environment); !done) {
    return fail(done.error());
  }
  for (const std::string& file : sources.files) {
    const auto done = add_file(settings.values_, file, sources.files_must_exist);
    if (!done) return fail(done.error());
  }
  for (const SettingInfo* info : all_settings()) {
    settings.values_.emplace(info->name, Origin{info->fallback, "default"});
  }
  return settings;
}

const Origin* Settings::origin(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

Result<Settings> load_settings(const SettingFlags& flags, const std::string& config_file) {
  SettingSources sources{.flags = flags};
  for (char** variable = environ; variable && *variable; ++variable) {
    const std::string_view text = *variable;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    sources.environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  const std::string named = config_file.empty() ? sources.environment["MEGA_CONFIG"] : config_file;
  if (!named.empty()) {
    sources.files = {named};
    sources.files_must_exist = true;
    return Settings::load(sources);
  }
  sources.files = usual_files(sources.environment["HOME"]);
  return Settings::load(sources);
}

}  // namespace mega
