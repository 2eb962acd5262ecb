// The current state of a host: the row of the store, and whether its daemon is connected.
#pragma once

#include "api/context.h"
#include "value/value.h"

#include <string>

namespace mega {

// Rows of get_all_client, made from those of HostStore::clients(): adds `online` and `drift`, and
// selects by `state`.
Rows client_rows(const Context& context, const Rows& clients, State state, std::int64_t limit);

// One host with all its facts and its instances.
Map client_map(const Context& context, const Row& client, Rows instances);

}  // namespace mega
