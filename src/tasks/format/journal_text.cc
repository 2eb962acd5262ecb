#include "tasks/format/journal_text.h"

#include <array>
#include <utility>

#include "base/text.h"
#include "value/json.h"
#include "value/map_fields.h"

namespace mega {
namespace {

constexpr std::size_t check_digits = 8;
constexpr std::array<std::string_view, 3> event_names = {"started", "process", "ended"};

constexpr std::array<std::uint32_t, 256> crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0xedb88320u : 0);
    table[i] = crc;
  }
  return table;
}

std::string check_of(std::string_view bytes) {
  static constexpr auto table = crc_table();
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) crc = table[(crc ^ static_cast<unsigned char>(c)) & 0xff] ^ (crc >> 8);
  return fmt::format("{:08x}", crc ^ 0xffffffff);
}

template <class Fields, class Entry>
void visit_entry(Fields& fields, Entry& entry) {
  fields("id", entry.id);
  fields("time", entry.time);
  fields("what", entry.what);
  fields("pid", entry.process.pid);
  fields("ticks", entry.process.ticks);
  fields("boot", entry.process.boot);
}

auto damaged(std::string_view why) { return fail(Errc::corrupt, "a damaged line: {}", why); }

Result<void> read_event(const Map& map, JournalEntry& entry) {
  const Value* event = map.find(std::string_view("event"));
  const auto* name = event ? event->as<std::string>() : nullptr;
  for (std::size_t i = 0; name && i < event_names.size(); ++i) {
    if (*name != event_names[i]) continue;
    entry.event = static_cast<JournalEntry::Event>(i);
    return {};
  }
  return damaged("no such event");
}

}  // namespace

std::string write_journal_line(const JournalEntry& entry) {
  FieldWriter fields;
  fields("event", std::string(event_names[static_cast<std::size_t>(entry.event)]));
  visit_entry(fields, entry);
  Value value = fields.take();
  if (entry.outcome) value.as<Map>()->set("outcome", to_value(*entry.outcome));
  const std::string json = to_json(value);
  return check_of(json) + " " + json + "\n";
}

Result<JournalEntry> parse_journal_line(std::string_view line) {
  if (line.size() <= check_digits || line[check_digits] != ' ') return damaged("no check sum");
  const std::string_view json = line.substr(check_digits + 1);
  if (check_of(json) != line.substr(0, check_digits)) return damaged("its check sum is another");
  const auto value = parse_json(json);
  if (!value) return damaged(value.error().message);
  const auto* map = value->as<Map>();
  if (!map) return damaged("no map");

  JournalEntry entry;
  if (auto read = read_event(*map, entry); !read) return fail(read.error());
  FieldReader fields(*map, "a journal line");
  visit_entry(fields, entry);
  if (auto read = fields.result(); !read) return damaged(read.error().message);
  if (entry.id.empty()) return damaged("no id");
  const Value* outcome = map->find(std::string_view("outcome"));
  if ((entry.event == JournalEntry::Event::ended) != (outcome != nullptr)) {
    return damaged("an outcome belongs to an end");
  }
  if (outcome) {
    auto read = outcome_from(*outcome);
    if (!read) return damaged(read.error().message);
    entry.outcome = std::move(*read);
  }
  return entry;
}

std::optional<JournalReader::Line> JournalReader::next() {
  const auto end = buffer_.find('\n', taken_);
  if (end == buffer_.npos) {
    buffer_.erase(0, taken_);
    taken_ = 0;
    return std::nullopt;
  }
  const std::string_view text = std::string_view(buffer_).substr(taken_, end - taken_);
  Line line{offset_, text.size() + 1, parse_journal_line(text)};
  taken_ = end + 1;
  offset_ += line.bytes;
  return line;
}

}  // namespace mega
