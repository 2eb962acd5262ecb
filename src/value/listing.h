// Long lists, handed on a part at a time while they are read, so that they are never whole in
// memory.
#pragma once

#include "base/result.h"
#include "value/value.h"

#include <cstddef>
#include <functional>

namespace mega {

// Where the parts of a list go; what is left is the list's result.
struct RowParts {
  // A part is full with the row that brings it to so many cells, or to so many bytes of text.
  std::size_t cells_max = 0;
  std::size_t bytes_max = 1 << 20;
  // Called while the list is read from the store: it must wait for nobody. An error ends the list.
  std::function<Result<void>(Rows part)> take;
};

}  // namespace mega
