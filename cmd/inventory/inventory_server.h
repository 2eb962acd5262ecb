// Fetches the whole inventory of a server.
#pragma once

#include "cmd/inventory/inventory_model.h"
#include "net/client.h"

namespace mega {

// Fetches all records, also offline ones. A server of 2014 has no clusters, sites, tags and names
// of owners and businesses; those fields are not set. Errors: those of Asker::ask; corrupt for an
// answer that is not a list of records.
Result<InventoryModel> fetch_inventory(Asker& asker);

}  // namespace mega
