// The owner of a schedule as a caller, with the rights that the owner has now, not those at the
// time when the schedule was made.
#pragma once

#include "access/store/access_store.h"
#include "api/context.h"
#include "net/serve.h"
#include "schedules/store/schedule_model.h"

namespace mega {

// Errors: not_allowed when the owner's certificate is revoked, or the owner's address may not use
// the legacy door any more; corrupt for an unknown door. An expired certificate is no error: an
// owner on leave does not lose rights by expiry, only by `mega server revoke`.
Result<Caller> caller_now(const Schedule& schedule, const AccessStore& store,
                          const LegacyRule& legacy);

}  // namespace mega
