#include "hosts/agent/proc_text.h"

#include "base/text.h"

#include <algorithm>
#include <charconv>

namespace mega {
namespace {

std::optional<double> parse_real(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Decodes octal escapes ("\040" is a blank): the kernel escapes blanks, tabs, newlines
// and backslashes.
std::string without_escapes(std::string_view text) {
  const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view digits = text.substr(std::min(i + 1, text.size()), 3);
    if (text[i] != '\\' || digits.size() < 3 || !std::ranges::all_of(digits, is_octal)) {
      plain += text[i];
      continue;
    }
    plain += static_cast<char>((digits[0] - '0') << 6 | (digits[1] - '0') << 3 | (digits[2] - '0'));
    i += 3;
  }
  return plain;
}

bool is_local(std::string_view type, std::string_view folder) {
  constexpr std::array<std::string_view, 12> local{"ext2",     "ext3", "ext4",     "xfs",
                                                   "btrfs",    "zfs",  "f2fs",     "jfs",
                                                   "reiserfs", "vfat", "bcachefs", "nilfs2"};
  return std::ranges::find(local, type) != local.end() || (type == "overlay" && folder == "/");
}

// The value in a line "NAME=value" or "NAME='value'".
std::optional<std::string_view> value_of(std::string_view line, std::string_view name) {
  if (!line.starts_with(name) || !line.substr(name.size()).starts_with('=')) return std::nullopt;
  std::string_view value = trim(line.substr(name.size() + 1));
  const bool in_quotes = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
                         value.back() == value.front();
  if (in_quotes) value = value.substr(1, value.size() - 2);
  return value;
}

}  // namespace

std::vector<std::string_view> words_of(std::string_view line) {
  constexpr std::string_view blanks = " \t\r";
  std::vector<std::string_view> words;
  for (std::size_t at = line.find_first_not_of(blanks); at != line.npos;) {
    const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
    words.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(blanks, end);
  }
  return words;
}

std::optional<std::int64_t> parse_uptime(std::string_view text) {
  const auto seconds = parse_integer(text.substr(0, text.find('.')));
  if (!seconds || *seconds < 0) return std::nullopt;
  return *seconds;
}

std::optional<std::array<double, 3>> parse_load(std::string_view text) {
  const auto words = words_of(text);
  if (words.size() < 3) return std::nullopt;
  std::array<double, 3> load{};
  for (std::size_t i = 0; i < load.size(); ++i) {
    const auto number = parse_real(words[i]);
    if (!number) return std::nullopt;
    load[i] = *number;
  }
  return load;
}

std::optional<Memory> parse_memory(std::string_view text) {
  Memory memory;
  std::optional<std::int64_t> available;
  const struct {
    std::string_view name;
    std::int64_t* into;
  } wanted[] = {{"MemTotal:", &memory.total_bytes},
                {"MemFree:", &memory.available_bytes},
                {"SwapTotal:", &memory.swap_total_bytes},
                {"SwapFree:", &memory.swap_free_bytes}};
  for (const std::string_view line : split(text, '\n')) {
    const auto words = words_of(line);
    const auto kib = words.size() >= 2 ? parse_integer(words[1]) : std::nullopt;
    if (!kib || *kib < 0 || *kib > std::int64_t{1} << 52) continue;
    if (words[0] == "MemAvailable:") available = *kib << 10;
    for (const auto& field : wanted) {
      if (words[0] == field.name) *field.into = *kib << 10;
    }
  }
  if (memory.total_bytes == 0) return std::nullopt;
  if (available) memory.available_bytes = *available;
  return memory;
}

std::vector<Mount> parse_mounts(std::string_view text) {
  std::vector<Mount> mounts;
  for (const std::string_view line : split(text, '\n')) {
    const auto words = words_of(line);
    if (words.size() < 3 || !is_local(words[2], words[1])) continue;
    Mount mount{without_escapes(words[0]), without_escapes(words[1]), std::string(words[2])};
    const auto same = std::ranges::find(mounts, mount.device, &Mount::device);
    if (same == mounts.end()) {
      mounts.push_back(std::move(mount));
    } else if (mount.folder.size() < same->folder.size()) {
      *same = std::move(mount);
    }
  }
  return mounts;
}

std::string parse_os_name(std::string_view text) {
  for (const std::string_view line : split(text, '\n')) {
    if (const auto value = value_of(line, "PRETTY_NAME")) return std::string(*value);
  }
  return "";
}

}  // namespace mega
