// Envelopes with TYPE 1: a script on the hosts of TARGET, which is a call of a function, too.
#pragma once

#include "base/result.h"
#include "wire/envelope.h"

namespace mega {

// Whether it is one of a function by itself.
inline bool is_call(const Envelope& envelope) { return envelope.type == 0; }

// The call of remote_task that an envelope with another TYPE means; it waits for the end unless it
// is scheduled. Errors: bad_envelope for a TYPE other than 1; invalid_argument for ARGS.
Result<Envelope> call_of_remote(const Envelope& envelope);

}  // namespace mega
