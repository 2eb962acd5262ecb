// parse_zone_file on any bytes; an accepted zone converts some local times.
#include "schedules/format/zone_file.h"

#include <cstdint>
#include <cstdlib>

using namespace mega;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto zone = parse_zone_file({reinterpret_cast<const char*>(data), size});
  if (!zone) {
    if (zone.error().code != Errc::corrupt || zone.error().message.empty()) std::abort();
    return 0;
  }
  for (const std::int64_t year : {1970, 2026, 2400, 9999}) {
    const Civil local{.year = year, .month = 3, .day = 29, .hour = 2, .minute = 30};
    const Time moment = moment_of(**zone, local);
    const std::int64_t apart = moment.seconds - seconds_of(local);
    if (apart < -3 * seconds_per_day || apart > 3 * seconds_per_day) std::abort();
  }
  return 0;
}
