#include "net/sparse_log.h"

#include <algorithm>

namespace mega {

std::optional<std::int64_t> SparseLog::pass(Moment now) {
  const auto periods = (now - refilled_) / period_;
  if (periods > 0) {
    tokens_ = static_cast<int>(std::min<std::int64_t>(burst_, tokens_ + periods));
    refilled_ = now;
  }
  if (tokens_ == 0) {
    ++held_back_;
    return std::nullopt;
  }
  --tokens_;
  const std::int64_t held_back = held_back_;
  held_back_ = 0;
  return held_back;
}

}  // namespace mega
