// parse_timetable on any TIME and CYCLE, separated by a newline. An accepted timetable is due at
// least once, has ascending due times, and survives a round trip.
#include "schedules/format/due.h"

#include <cstdint>
#include <cstdlib>

using namespace mega;

namespace {

// UTC+1, and UTC+2 in every second half-year.
class Seasons : public Zone {
 public:
  std::int64_t offset_at(Time time) const override {
    return 3600 + (time.seconds / (182 * seconds_per_day) % 2 == 0 ? 0 : 3600);
  }
};

constexpr Time now{1'787'740'000};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(text.find('\n'), size);
  const Seasons zone;
  const auto timetable =
      parse_timetable(text.substr(0, line), text.substr(std::min(line + 1, size)), zone, now);
  if (!timetable) {
    const Error& error = timetable.error();
    if (error.code != Errc::invalid_argument || error.message.empty()) std::abort();
    return 0;
  }
  const auto again = parse_timetable(time_text(*timetable), cycle_text(*timetable), zone, now);
  if (!again || *again != *timetable || describe(*again) != describe(*timetable)) std::abort();
  const auto first = next_due(*timetable, zone, {now.seconds - 1});
  if (!first || *first < now) std::abort();
  const auto second = next_due(*timetable, zone, *first);
  if (second && *second <= *first) std::abort();
  const Due due = settle(*timetable, zone, *first, *first, CatchUp::skip);
  if (due.run != first || due.missed || due.next != second) std::abort();
  return 0;
}
