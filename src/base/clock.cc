// The calendar is computed here. The C library is asked only for the zone's offset from UTC, once
// per day of time and thread: localtime_r() takes a lock and some hundred nanoseconds, and a large
// reply formats ten thousand timestamps.
#include "base/clock.h"

#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <shared_mutex>
#include <utility>
#include <vector>

#include "base/civil.h"
#include "base/text.h"

namespace mega {
namespace {

constexpr std::int64_t first_s = -62'167'219'200;  // 0000-01-01 00:00:00
constexpr std::int64_t last_s = 253'402'300'799;   // 9999-12-31 23:59:59

class SystemClock : public Clock {
 public:
  Time now() const override {
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return {time.tv_sec};
  }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::now();
  }
};

// Counts calls of reload_time_zone(), so that no thread keeps offsets of the former zone.
std::atomic<std::uint32_t> zone_generation{1};

// Held by reload_time_zone(), during which the C library has another zone.
std::shared_mutex zone_mutex;

std::int32_t ask_offset(std::int64_t seconds) {
  const auto time = static_cast<time_t>(seconds);
  tm local{};
  const std::shared_lock lock(zone_mutex);
  if (!::localtime_r(&time, &local)) return 0;
  return static_cast<std::int32_t>(local.tm_gmtoff);
}

// Seconds by which the zone is ahead of UTC at that time.
std::int64_t offset_at(std::int64_t seconds) {
  struct Day {
    std::int64_t number = 0;
    std::int32_t offset = 0;
    std::uint32_t generation = 0;  // 0: unused
  };
  thread_local std::array<Day, 256> days;
  const std::int64_t number = floor_divide(seconds, seconds_per_day);
  Day& day = days[static_cast<std::size_t>(number) % days.size()];
  const std::uint32_t generation = zone_generation.load(std::memory_order_acquire);
  if (day.generation == generation && day.number == number) return day.offset;

  // A day in which the offset changes is not cached.
  const std::int32_t begin = ask_offset(number * seconds_per_day);
  if (begin != ask_offset(number * seconds_per_day + seconds_per_day - 1))
    return ask_offset(seconds);
  day = {number, begin, generation};
  return begin;
}

void put_number(char* at, std::int64_t number, std::size_t digits) {
  for (std::size_t i = digits; i-- > 0; number /= 10) at[i] = static_cast<char>('0' + number % 10);
}

// Requires: `text` has the form's separators and room for its digits.
void put_civil(std::string& text, const Civil& civil) {
  put_number(&text[0], civil.year, 4);
  put_number(&text[5], civil.month, 2);
  put_number(&text[8], civil.day, 2);
  put_number(&text[11], civil.hour, 2);
  put_number(&text[14], civil.minute, 2);
  put_number(&text[17], civil.second, 2);
}

// Parses "+08:00" or "-03:30" into seconds; "Z" leaves `offset` as it is.
bool scan_offset(Scanner& scanner, std::int64_t& offset) {
  if (scanner.skip('Z')) return true;
  const bool west = scanner.skip('-');
  if (!west && !scanner.skip('+')) return false;
  std::int64_t hours = 0, minutes = 0;
  if (!scanner.number(hours, 2, 0, 23) || !scanner.skip(':')) return false;
  if (!scanner.number(minutes, 2, 0, 59)) return false;
  offset = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
  return true;
}

auto no_time(std::string_view text) {
  return fail(Errc::invalid_argument,
              "{} is no time; want 'YYYY-mm-dd', 'YYYY-mm-dd HH:MM[:SS]' or ISO 8601 with seconds",
              quoted(text));
}

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string format_local(Time time) {
  const std::int64_t seconds = std::clamp(time.seconds, first_s, last_s);
  std::string text = "0000-00-00 00:00:00";
  put_civil(text, civil_of(std::clamp(seconds + offset_at(seconds), first_s, last_s)));
  return text;
}

std::string format_iso(Time time) {
  const std::int64_t seconds = std::clamp(time.seconds, first_s, last_s);
  const std::int64_t offset_minutes = floor_divide(offset_at(seconds), 60);
  std::string text = "0000-00-00T00:00:00+00:00";
  put_civil(text, civil_of(std::clamp(seconds + offset_minutes * 60, first_s, last_s)));
  const std::int64_t apart = offset_minutes < 0 ? -offset_minutes : offset_minutes;
  if (offset_minutes < 0) text[19] = '-';
  put_number(&text[20], apart / 60, 2);
  put_number(&text[23], apart % 60, 2);
  return text;
}

Result<Time> parse_time(std::string_view text) {
  Civil civil;
  Scanner scanner(text);
  if (!scan_date(scanner, civil)) return no_time(text);
  if (!scanner.at_end()) {
    if (!scanner.skip(' ') && !scanner.skip('T')) return no_time(text);
    if (!scan_time_of_day(scanner, civil)) return no_time(text);
  }
  const std::int64_t local = seconds_of(civil);
  if (!scanner.at_end()) {
    std::int64_t offset = 0;
    if (!scan_offset(scanner, offset) || !scanner.at_end()) return no_time(text);
    return Time{local - offset};
  }
  // The zone's offset near that time is the one a day before or the one a day after.
  for (const std::int64_t near : {local - seconds_per_day, local + seconds_per_day}) {
    const std::int64_t seconds = local - offset_at(near);
    if (seconds + offset_at(seconds) == local) return Time{seconds};
  }
  return fail(Errc::invalid_argument, "{} does not exist here: the clocks skip it", quoted(text));
}

std::int64_t local_offset(Time time) {
  return offset_at(std::clamp(time.seconds, first_s, last_s));
}

// tzset() reads a zone file again only if TZ names another one, or if the file's time of change
// differs in whole seconds. So UTC is used in between. Other threads may be in getenv(): they see
// the environment before or a copy of it, both of which stay.
void reload_time_zone() {
  static std::vector<char*> with_utc;
  static char utc[] = "TZ=UTC0";
  const std::unique_lock lock(zone_mutex);
  char** const before = environ;
  std::vector<char*> variables = {utc};
  for (char** each = before; each && *each; ++each) variables.push_back(*each);
  variables.push_back(nullptr);
  with_utc = std::move(variables);
  environ = with_utc.data();
  ::tzset();
  environ = before;
  ::tzset();
  zone_generation.fetch_add(1, std::memory_order_release);
}

}  // namespace mega
