// The settings file's text as a list of what it sets. A file is TOML: `name = value` at its top,
// then `[section]` with names in it; deeper there is nothing.
//
//   # a comment, of any bytes
//   keepalive = 300
//   log_format = 'json'
//   [legacy]
//   allow = ["10.0.0.0/8",  # elements may stand on lines of their own
//            "192.168.0.0/16"]
//
// This is the part of TOML 1.0 that settings need, and every file of it is TOML: texts in double
// or single quotes on one line, decimal integers, true and false, lists of texts. The rest (dates,
// fractions, texts of several lines, tables in braces, names in quotes) is refused by name. (The
// reader is ours, because toml++ of Debian 12 runs into undefined behaviour on letters like the
// Cyrillic ones, which a fuzzer finds within seconds.)
//
// Pure: whether the names exist and the values fit is base/config's to say.
#pragma once

#include "base/result.h"
#include "base/settings.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Larger files are refused.
constexpr std::size_t settings_file_bytes_max = 1 << 20;

struct FileSetting {
  std::string name;                 // "legacy.allow"
  int line;                         // from 1
  SettingKind written;              // text, list, integer or flag: what the value is in the file
  std::vector<std::string> values;  // one, or those of a list
};

// `file` is its name, for errors. Errors: invalid_argument with file and line, for whatever is not
// as above, and for a name or a section that stands twice.
Result<std::vector<FileSetting>> parse_settings_file(std::string_view text, std::string_view file);

}  // namespace mega
