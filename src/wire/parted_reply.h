// Writes a large answer of our own dialect in parts, each one after the peer has received the one
// before: the whole text is never in memory. docs/PROTOCOL.md, "Our dialect".
//
//   {"ID":7,"MORE":true,"RESULT":[...]}
//   {"ID":7,"MORE":true,"RESULT":[...]}
//   {"ID":7,"CODE":0,"RESULT":[...]}
#pragma once

#include "value/value.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace mega {

// Cells of the rows in one part: some hundred kilobytes.
inline constexpr std::size_t part_cells_max = 16 << 10;

enum class More { none, follows };

// One message of an answer. With More::none `rows` may be any value.
std::string part_of_reply(std::int64_t id, const Value& rows, More more);

class PartedReply {
 public:
  // True for Rows of more than one part. Any other result is one message (write_reply()).
  static bool is_for(const Value& result);

  // Requires: is_for(result).
  PartedReply(std::int64_t id, Value result);

  // The next payload; nullopt behind the last.
  std::optional<std::string> next();

 private:
  std::int64_t id_;
  Value result_;         // Rows
  std::size_t row_ = 0;  // the first row that is not written yet
  bool done_ = false;
};

}  // namespace mega
