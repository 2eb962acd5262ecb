#include "value/caret.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "base/utf8.h"

namespace mega {
namespace {

constexpr std::size_t bytes_before_max = 40;
constexpr std::size_t bytes_after_max = 30;
constexpr std::string_view indent = "  ";

bool inside_character(std::string_view text, std::size_t at) {
  return at < text.size() && continues_utf8(text[at]);
}

}  // namespace

std::string with_caret(std::string_view message, std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const std::string_view before_offset = text.substr(0, offset);
  const std::size_t line_start = before_offset.rfind('\n') + 1;  // npos + 1 is 0
  const std::string_view line =
      text.substr(line_start, text.find('\n', offset) - line_start);  // npos: to the end
  std::size_t place = offset - line_start;
  while (place > 0 && inside_character(line, place)) --place;

  std::size_t start = place > bytes_before_max ? place - bytes_before_max : 0;
  while (start < place && inside_character(line, start)) ++start;
  std::size_t end = std::min(line.size(), place + bytes_after_max);
  while (end < line.size() && inside_character(line, end)) ++end;

  const std::string before = fmt::format("{}{}{}", indent, start > 0 ? "..." : "",
                                         one_line(line.substr(start, place - start)));
  const std::string after = one_line(line.substr(place, end - place));
  const bool one = text.find('\n') == std::string_view::npos;
  const auto number = std::ranges::count(before_offset, '\n') + 1;
  return fmt::format("{}{}\n{}{}{}\n{}^", message, one ? "" : fmt::format(", in line {}", number),
                     before, after, end < line.size() ? "..." : "",
                     std::string(display_width(before), ' '));
}

}  // namespace mega
