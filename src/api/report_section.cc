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

std::string shell_word(const std::string& text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.,:/@%+=-";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string since_flag(const ReportPeriod& period) {
  return fmt::format("--since '{}'", format_local(period.since));
}

}  // namespace mega
