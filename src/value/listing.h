// Options for listing rows: which rows, how many, and the receiver of a long list's parts.
#pragma once

#include "base/result.h"
#include "value/value.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace mega {

// The argument `stat` of 2014; rows have 1 online, 0 offline.
enum class State { all = 0, online = 1, offline = 2 };

// Free tags: name -> value, value may be empty. Names are [a-z0-9_.-]{1,64}.
using Tags = std::map<std::string, std::string>;

// Receives the parts of a long list; the list function returns the rows that are left.
struct RowParts {
  // A part ends with the row that reaches cells_max cells or bytes_max bytes of text.
  std::size_t cells_max = 0;
  std::size_t bytes_max = 1 << 20;
  // Called while the list is read from the store: must not block. An error ends the list.
  std::function<Result<void>(Rows part)> take;
};

// Which rows a list holds, and how many of them.
struct Listing {
  State state = State::all;
  std::optional<std::int64_t> role = std::nullopt;  // instances only
  std::int64_t limit = 0;                           // 0: all
  const RowParts* parts = nullptr;                  // receives the parts; nullptr: one list
};

}  // namespace mega
