// Parses the text of a settings file into a list of settings. A file is TOML: `name = value` at its
// top, then `[section]` with names in it; sections do not nest.
//
//   # a comment, of any bytes
//   keepalive = 300
//   log_format = 'json'
//   [legacy]
//   allow = ["10.0.0.0/8",  # elements may stand on lines of their own
//            "192.168.0.0/16"]
//
// This is the subset of TOML 1.0 that settings need: texts in double or single quotes on one line,
// decimal integers, true and false, lists of texts. The rest (dates, fractions, texts of several
// lines, tables in braces, names in quotes) is refused. (The parser is ours because toml++ of
// Debian 12 has undefined behaviour on letters like the Cyrillic ones, which a fuzzer finds within
// seconds.)
//
// Pure: Settings::load() checks whether the names exist and the values fit.
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

// `file` is its name, for errors. Errors: invalid_argument with file and line, for text that is not
// as above, and for a name or a section that occurs twice.
Result<std::vector<FileSetting>> parse_settings_file(std::string_view text, std::string_view file);

}  // namespace mega
