// The settings file on any text: the result is a list of settings with their lines, or a one-line
// error that names the file.
#include "base/settings_file.h"

#include "base/text.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace mega;

bool is_sound(const FileSetting& setting, std::size_t lines) {
  if (setting.line < 1 || static_cast<std::size_t>(setting.line) > lines) return false;
  if (!is_utf8(setting.name)) return false;
  for (const std::string& value : setting.values) {
    if (!is_utf8(value)) return false;
  }
  return setting.written == SettingKind::list || setting.values.size() == 1;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto settings = parse_settings_file(text, "mega.conf");
  if (!settings) {
    const std::string& message = settings.error().message;
    if (!message.starts_with("mega.conf:") || one_line(message) != message) std::abort();
    return 0;
  }
  const std::size_t lines = split(text, '\n').size();
  for (const FileSetting& setting : *settings) {
    if (!is_sound(setting, lines)) std::abort();
  }
  return 0;
}
