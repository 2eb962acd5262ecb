#include "tasks/format/batch.h"

#include "base/text.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <unordered_map>

namespace mega {
namespace {

// "22:00" as minutes from midnight, 0 to 1440 ("24:00"). nullopt: not a time of day.
std::optional<int> parse_minute(std::string_view text) {
  text = trim(text);
  const auto colon = text.find(':');
  if (colon == text.npos || text.size() != colon + 3) return std::nullopt;
  const auto hours = parse_integer(text.substr(0, colon));
  const auto minutes = parse_integer(text.substr(colon + 1));
  if (!hours || !minutes || *hours < 0 || *minutes < 0 || *minutes > 59) return std::nullopt;
  const long long total = *hours * 60 + *minutes;
  if (total > 24 * 60) return std::nullopt;
  return static_cast<int>(total);
}

std::int64_t limit_of(const BatchSize& size, std::size_t all) {
  if (size.number == 0) return std::numeric_limits<std::int64_t>::max();
  if (!size.percent) return size.number;
  return std::max<std::int64_t>(1, (static_cast<std::int64_t>(all) * size.number + 99) / 100);
}

// Numbers of hosts: running in all, running in each cluster, failed.
struct Counts {
  std::int64_t running = 0, failed = 0;
  std::unordered_map<std::string_view, std::int64_t> in_cluster;
};

Counts count(std::span<const Participant> hosts) {
  Counts counts;
  for (const Participant& host : hosts) {
    if (is_failure(host.state)) ++counts.failed;
    if (host.state != TaskState::running) continue;
    ++counts.running;
    if (!host.cluster.empty()) ++counts.in_cluster[host.cluster];
  }
  return counts;
}

}  // namespace

Result<BatchSize> parse_batch_size(std::string_view text) {
  text = trim(text);
  if (text.empty()) return BatchSize{};
  const bool percent = text.ends_with('%');
  const auto number = parse_integer(percent ? text.substr(0, text.size() - 1) : text);
  if (!number || *number < 1 || (percent && *number > 100)) {
    return fail(Errc::invalid_argument, "a batch is a number of hosts or 1% to 100%, not {}",
                quoted(text));
  }
  return BatchSize{*number, percent};
}

std::string to_text(const BatchSize& size) {
  if (size.number == 0) return "";
  return fmt::format("{}{}", size.number, size.percent ? "%" : "");
}

Result<std::vector<Window>> parse_windows(std::string_view text) {
  std::vector<Window> windows;
  if (trim(text).empty()) return windows;
  for (const std::string_view part : split(text, ',')) {
    const auto dash = part.find('-');
    const auto from = parse_minute(part.substr(0, dash));
    const auto to = dash == part.npos ? std::nullopt : parse_minute(part.substr(dash + 1));
    if (!from || !to || *from == *to) {
      return fail(Errc::invalid_argument, "a maintenance window is HH:MM-HH:MM, not {}",
                  quoted(trim(part)));
    }
    windows.push_back({*from, *to});
  }
  return windows;
}

bool is_open(std::span<const Window> windows, int minute_of_day) {
  return windows.empty() || std::ranges::any_of(windows, [&](const Window& window) {
           const bool after = minute_of_day >= window.from, before = minute_of_day < window.to;
           return window.from < window.to ? after && before : after || before;
         });
}

bool is_failure(TaskState state) {
  return is_final(state) && state != TaskState::ok && state != TaskState::cancelled;
}

Turn next_turn(const Pacing& pacing, std::span<const Participant> hosts) {
  Counts counts = count(hosts);
  Turn turn;
  turn.stop = pacing.failures_max > 0 && counts.failed >= pacing.failures_max;
  if (turn.stop) return turn;
  std::int64_t room = limit_of(pacing.batch, hosts.size()) - counts.running;
  for (std::size_t i = 0; i < hosts.size() && room > 0; ++i) {
    const Participant& host = hosts[i];
    if (host.state != TaskState::waiting || !host.open) continue;
    const bool limited = pacing.per_cluster > 0 && !host.cluster.empty();
    if (limited && counts.in_cluster[host.cluster] >= pacing.per_cluster) continue;
    if (!host.present) {
      turn.missed.push_back(i);
      continue;
    }
    if (limited) ++counts.in_cluster[host.cluster];
    --room;
    turn.start.push_back(i);
  }
  return turn;
}

}  // namespace mega
