#include "cmd/mail/mail_verdict.h"

#include "base/text.h"

#include <algorithm>

namespace mega {
namespace {

using State = Fate::State;

struct Counts {
  std::size_t all = 0, accepted = 0, later = 0, refused = 0, unknown = 0;
};

Counts counts_of(const std::vector<Fate>& fates) {
  const auto with = [&](State state) {
    return static_cast<std::size_t>(std::ranges::count(fates, state, &Fate::state));
  };
  return {.all = fates.size(),
          .accepted = with(State::accepted),
          .later = with(State::later),
          .refused = with(State::refused),
          .unknown = with(State::unknown)};
}

Errc code_for(const Counts& counts, bool queued) {
  if (counts.unknown > 0) return Errc::timed_out;
  if (counts.refused == counts.all) return Errc::failed;
  if (counts.refused > 0) return Errc::partly_failed;
  return queued || counts.accepted == 0 ? Errc::unavailable : Errc::partly_failed;
}

std::string head_of(const Counts& counts) {
  if (counts.refused == counts.all) return "not accepted";
  if (counts.later == counts.all) return "put off by the relay";
  std::string head = fmt::format("accepted for {} of {} recipients", counts.accepted, counts.all);
  for (const auto& [count, word] :
       {std::pair{counts.refused, "refused for"}, std::pair{counts.later, "put off for"},
        std::pair{counts.unknown, "perhaps there for"}}) {
    if (count > 0) head += fmt::format(", {} {}", word, count);
  }
  return head;
}

// The sentence about the deferred recipients.
std::string rest_of(const Counts& counts, const std::optional<Result<std::string>>& queued) {
  if (counts.later == 0) return "";
  if (!queued) return counts.later == counts.all ? "; it may be tried again" : "";
  return *queued ? "; queued: " + **queued : "; not queued: " + queued->error().message;
}

}  // namespace

Result<void> verdict_on(const std::vector<Fate>& fates,
                        const std::optional<Result<std::string>>& queued) {
  const Counts counts = counts_of(fates);
  if (counts.accepted == counts.all) return {};
  std::string lines;
  for (const Fate& fate : fates) {
    if (fate.state == State::accepted) continue;
    lines += fmt::format("\n  {}: {}", fate.recipient, one_line(fate.words));
  }
  return fail(code_for(counts, queued && *queued), "{}{}{}{}", head_of(counts),
              rest_of(counts, queued), queued ? "" : ":", lines);
}

}  // namespace mega
