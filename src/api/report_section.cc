#include "api/report_section.h"

#include "base/text.h"
#include "base/utf8.h"

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
  return std::string(cut_utf8(line, item_bytes_max)) + "...";
}

std::string since_flag(const ReportPeriod& period) {
  return fmt::format("--since '{}'", format_local(period.since));
}

}  // namespace mega
