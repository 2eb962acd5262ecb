// What there is to say of a host at this moment: what the store keeps of it, and the connection
// that it has or has not.
#pragma once

#include "api/context.h"
#include "value/value.h"

#include <string>

namespace mega {

// Rows of get_all_client from those of HostStore::clients(): with `online` and `drift`, of one
// state.
Rows client_rows(const Context& context, const Rows& clients, State state, std::int64_t limit);

// One of them whole, with what its facts say and the instances that run there.
Map client_map(const Context& context, const Row& client, Rows instances);

}  // namespace mega
