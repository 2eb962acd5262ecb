#include "tasks/format/outcome_limits.h"

#include "base/utf8.h"

#include <algorithm>

namespace mega {
namespace {

bool cut(std::string& text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return false;
  text.resize(cut_utf8(text, bytes_max).size());
  text.shrink_to_fit();
  return true;
}

}  // namespace

void limit_outcome(TaskOutcome& outcome, const TaskOrder& order, std::int64_t output_bytes) {
  const std::int64_t ordered = order.output_limit_bytes;
  const auto most =
      static_cast<std::size_t>(ordered > 0 ? std::min(ordered, output_bytes) : output_bytes);
  if (cut(outcome.output, most)) outcome.output_cut = true;
  if (cut(outcome.errors, most)) outcome.errors_cut = true;
  cut(outcome.reason, reason_bytes_max);
}

}  // namespace mega
