#include "schedules/server/find_zone.h"

#include "base/file.h"
#include "base/text.h"
#include "schedules/format/zone_file.h"

namespace mega {
namespace {

constexpr const char* zones_folder = "/usr/share/zoneinfo/";
constexpr std::size_t zone_file_bytes_max = 256 << 10;  // the largest has 4 KiB

class ProcessZone : public Zone {
 public:
  std::int64_t offset_at(Time time) const override { return local_offset(time); }
};

}  // namespace

Result<std::shared_ptr<const Zone>> find_zone(const std::string& name) {
  if (name.empty()) return std::make_shared<const ProcessZone>();
  if (!is_zone_name(name)) {
    return fail(Errc::invalid_argument, "ZONE takes a name like Europe/Berlin, not {}",
                quoted(name));
  }
  const auto bytes = read_file(zones_folder + name, zone_file_bytes_max);
  if (!bytes) {
    return fail(Errc::invalid_argument, "there is no time zone {} on the server's host ({})",
                quoted(name), bytes.error().message);
  }
  auto zone = parse_zone_file(*bytes);
  if (!zone) return fail(zone.error().code, "{}{}: {}", zones_folder, name, zone.error().message);
  return std::shared_ptr<const Zone>(*std::move(zone));
}

}  // namespace mega
