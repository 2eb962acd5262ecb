// What daemons answer about orders, as what drives tasks reads it.
#pragma once

#include "value/value.h"

namespace mega {

// The outcome in the answer to run, [.., ["end", outcome]], or to outcome, which is the map.
// nullptr: there is none.
const Map* outcome_in(const Value& answer);

// Whether the outcome says that it is not one yet.
bool goes_on(const Map& outcome);

}  // namespace mega
