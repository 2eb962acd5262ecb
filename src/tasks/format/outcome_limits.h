// The limits of an outcome. Daemons keep to them, and the server enforces them: it stores no more
// than it ordered, whatever a daemon sends.
#pragma once

#include "tasks/format/order.h"

#include <cstddef>
#include <cstdint>

namespace mega {

// Of each stream. Both streams of an answer must fit into a frame, even with each byte written as
// \u00NN.
inline constexpr std::int64_t output_bytes_max = 4 << 20;
// Of a daemon of 2014, whose answer comes whole.
inline constexpr std::int64_t legacy_output_bytes_max = 64 << 20;
inline constexpr std::size_t reason_bytes_max = 1000;

// Cuts both streams to the order's limit, at most `output_bytes`, and the reason.
void limit_outcome(TaskOutcome& outcome, const TaskOrder& order,
                   std::int64_t output_bytes = output_bytes_max);

}  // namespace mega
