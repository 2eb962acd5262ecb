// The inventory of a server: fetched whole, and changed record by record.
#pragma once

#include "cmd/inventory/inventory_model.h"
#include "net/client.h"

namespace mega {

// Everything, offline records too. A server of 2014 knows no clusters, sites, tags and no names of
// owners and businesses; what it lacks is not said in the records.
// Errors: those of Asker::ask; corrupt for an answer that is no list of records.
Result<InventoryModel> fetch_inventory(Asker& asker);

}  // namespace mega
