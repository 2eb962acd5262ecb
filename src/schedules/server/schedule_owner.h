// Whose a schedule is, as a caller: with the rights that he has now, not those that he had.
#pragma once

#include "access/store/access_store.h"
#include "api/context.h"
#include "net/serve.h"
#include "schedules/store/schedule_model.h"

namespace mega {

// Errors: not_allowed for an owner who was revoked, or whom the legacy door refuses by now.
// A certificate that has ended is no reason: who set up a schedule and went on leave has not lost
// his rights, and `mega server revoke` takes them away.
Result<Caller> caller_now(const Schedule& schedule, const AccessStore& store,
                          const LegacyRule& legacy);

}  // namespace mega
