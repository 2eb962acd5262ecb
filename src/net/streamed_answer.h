// StreamedAnswer: the way of an answer in parts. A function of the daemon writes its answer to one;
// code that asks a peer passes one that receives the answer.
#pragma once

#include "base/result.h"
#include "value/value.h"

#include <cstddef>
#include <functional>

namespace mega {

struct StreamedAnswer {
  // Each part, a list, in order. False: the receiver is gone. May be empty.
  std::function<bool(Value items)> part{};
  // Once: the end of the answer, or why it failed.
  std::function<void(Result<Value> end)> end;
  // Bytes of the parts that the receiver has not taken yet. May be empty.
  std::function<std::size_t()> unsent{};
};

}  // namespace mega
