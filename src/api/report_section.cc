#include "api/report_section.h"

#include "base/text.h"

namespace mega {
namespace {

constexpr std::size_t items_max = 20;
constexpr std::size_t item_bytes_max = 200;

}  // namespace

void add(ReportSection& section, ReportItem item) {
  if (section.items.size() < items_max) {
    section.items.push_back(std::move(item));
  } else {
    ++section.more;
  }
}

std::string short_line(const std::string& text) {
  std::string line = one_line(text);
  if (line.size() <= item_bytes_max) return line;
  std::size_t end = item_bytes_max;
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0) == 0x80) --end;
  return line.substr(0, end) + "...";
}

std::string since_flag(const ReportPeriod& period) {
  return fmt::format("--since '{}'", format_local(period.since));
}

}  // namespace mega
