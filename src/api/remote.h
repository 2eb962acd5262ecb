// Envelopes with TYPE 1: a script on the hosts of TARGET, which is a call of a function, too.
#pragma once

#include "base/result.h"
#include "wire/envelope.h"

namespace mega {

// The call that the envelope means: of TYPE 0 itself, of TYPE 1 one of remote_task, which waits for
// the end unless it is scheduled. Errors: bad_envelope for any other TYPE;
// invalid_argument for ARGS.
Result<Envelope> call_meant(const Envelope& envelope);

}  // namespace mega
