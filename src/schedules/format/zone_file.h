// Parses zone files, as in /usr/share/zoneinfo (RFC 8536, "TZif").
//
//   "TZif" version 15*0 isutcnt isstdcnt leapcnt timecnt typecnt charcnt     44 bytes, counts of 4
//   timecnt * time     ascending, when the offset changes; 4 bytes each, in the second block 8
//   timecnt * index    of the type from then on
//   typecnt * type     offset (4 bytes, signed), is summer time, index of the name
//   charcnt + leapcnt * (time + 4) + isstdcnt + isutcnt                      not needed
//
// All numbers are big-endian. From version 2 on, a second header and block with 64-bit times
// follow, then a line break, the rule (zone_rule.h) for times after the last change, and a line
// break. Version 1, which ends in 2037, and files that count leap seconds are refused.
#pragma once

#include "base/result.h"
#include "schedules/format/zone.h"

#include <memory>
#include <string_view>

namespace mega {

// Errors: corrupt, stating what is wrong.
Result<std::unique_ptr<Zone>> parse_zone_file(std::string_view bytes);

// Whether the name may follow the folder of zones in a path: "Europe/Berlin". At most 64 letters,
// digits, '_', '-', '+', and '/' within.
bool is_zone_name(std::string_view name);

}  // namespace mega
