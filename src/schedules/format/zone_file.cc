#include "schedules/format/zone_file.h"

#include "schedules/format/zone_rule.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace mega {
namespace {

constexpr std::size_t header_bytes = 44;
constexpr std::size_t type_bytes = 6;
constexpr std::int64_t offset_max = std::int64_t{27} * 3600;

std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  }
  return value;
}

struct Header {
  char version = 0;
  std::size_t utc = 0, standard = 0, leaps = 0, times = 0, types = 0, letters = 0;

  std::size_t block_bytes(std::size_t time_bytes) const {
    return times * (time_bytes + 1) + types * type_bytes + letters + leaps * (time_bytes + 4) +
           standard + utc;
  }
};

// nullopt: there is none.
std::optional<Header> header_at(std::string_view bytes) {
  if (bytes.size() < header_bytes || !bytes.starts_with("TZif")) return std::nullopt;
  const auto count = [&](std::size_t i) { return number_at(bytes, 20 + i * 4, 4); };
  return Header{.version = bytes[4],
                .utc = count(0),
                .standard = count(1),
                .leaps = count(2),
                .times = count(3),
                .types = count(4),
                .letters = count(5)};
}

struct Change {
  std::int64_t time = 0;
  std::int64_t offset = 0;  // from then on
};

class FileZone : public Zone {
 public:
  FileZone(std::int64_t first, std::vector<Change> changes, std::optional<ZoneRule> rule)
      : first_(first), changes_(std::move(changes)), rule_(std::move(rule)) {}

  std::int64_t offset_at(Time time) const override {
    const auto next = std::ranges::upper_bound(changes_, time.seconds, {}, &Change::time);
    if (next == changes_.end() && rule_) return rule_->offset_at(time);
    return next == changes_.begin() ? first_ : std::prev(next)->offset;
  }

 private:
  std::int64_t first_;  // before the first change
  std::vector<Change> changes_;
  std::optional<ZoneRule> rule_;
};

auto corrupt(std::string_view what) { return fail(Errc::corrupt, "the zone file {}", what); }

// `block` begins after the header and is complete.
Result<std::unique_ptr<Zone>> read_block(const Header& header, std::string_view block,
                                         std::optional<ZoneRule> rule) {
  std::vector<std::int64_t> offsets;
  for (std::size_t i = 0; i < header.types; ++i) {
    const std::size_t at = header.times * 9 + i * type_bytes;
    const auto offset = static_cast<std::int32_t>(number_at(block, at, 4));
    if (offset > offset_max || offset < -offset_max) return corrupt("has an absurd offset");
    offsets.push_back(offset);
  }
  std::vector<Change> changes;
  for (std::size_t i = 0; i < header.times; ++i) {
    const auto type = static_cast<unsigned char>(block[header.times * 8 + i]);
    if (type >= offsets.size()) return corrupt("names an offset that it has not");
    const auto time = static_cast<std::int64_t>(number_at(block, i * 8, 8));
    if (!changes.empty() && time <= changes.back().time) return corrupt("goes back in time");
    changes.push_back({time, offsets[type]});
  }
  return std::make_unique<FileZone>(offsets.front(), std::move(changes), std::move(rule));
}

}  // namespace

Result<std::unique_ptr<Zone>> parse_zone_file(std::string_view bytes) {
  const auto old = header_at(bytes);
  if (!old) return corrupt("does not begin with TZif");
  if (old->version < '2') return corrupt("is of version 1, which ends in 2037");
  const std::size_t begin = header_bytes + old->block_bytes(4);
  if (begin > bytes.size()) return corrupt("is cut short");
  bytes.remove_prefix(begin);
  const auto header = header_at(bytes);
  if (!header) return corrupt("has no second part");
  bytes.remove_prefix(header_bytes);
  const std::size_t size = header->block_bytes(8);
  if (size > bytes.size()) return corrupt("is cut short");
  if (header->types == 0) return corrupt("has no offset");
  if (header->leaps != 0) return corrupt("counts leap seconds");

  std::string_view footer = bytes.substr(size);
  if (footer.size() < 2 || footer.front() != '\n' || footer.back() != '\n') {
    return corrupt("has no last line");
  }
  footer = footer.substr(1, footer.size() - 2);
  std::optional<ZoneRule> rule;
  if (!footer.empty()) {
    auto parsed = ZoneRule::parse(footer);
    if (!parsed) return fail(parsed.error());
    rule = std::move(*parsed);
  }
  return read_block(*header, bytes.substr(0, size), std::move(rule));
}

bool is_zone_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '/' || name.back() == '/') return false;
  if (name.find("//") != name.npos) return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '+' || c == '/';
  });
}

}  // namespace mega
