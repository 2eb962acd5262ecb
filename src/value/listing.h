// What a list of rows holds, and where a long one goes.
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

// Where the parts of a list go; what is left is the list's result.
struct RowParts {
  // A part is full with the row that brings it to so many cells, or to so many bytes of text.
  std::size_t cells_max = 0;
  std::size_t bytes_max = 1 << 20;
  // Called while the list is read from the store: it must not wait. An error ends the list.
  std::function<Result<void>(Rows part)> take;
};

// Which rows a list holds, and how many of them.
struct Listing {
  State state = State::all;
  std::optional<std::int64_t> role = std::nullopt;  // instances only
  std::int64_t limit = 0;                           // 0: all
  const RowParts* parts = nullptr;                  // where a long list goes; nullptr: it is whole
};

}  // namespace mega
