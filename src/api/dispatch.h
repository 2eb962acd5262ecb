// Dispatch: finds the function that an envelope names, checks, runs, logs and audits the call.
//
// The only way to call a function. Blocks while the function runs: call it on the worker pool.
#pragma once

#include "api/context.h"
#include "api/function.h"
#include "api/refusals.h"
#include "trust/rule.h"
#include "wire/envelope.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// The result of examine().
struct Verdict {
  Decision decision;
  const Function* function = nullptr;
};

struct Outcome {
  Result<Value> result;
  Shape shape = Shape::value;  // of the function; `value` for an unknown function
};

// The author of a change by that call, for the audit.
Author author_of(const Caller& caller, std::string_view function, std::string arguments);

// Runs the call, and waits for a function that answers later. An envelope with a TIME is checked in
// the same way, but stored as a schedule; the result is its id. Refusals (unknown function, not
// allowed, bad arguments) are results like any other failure; not_allowed and refused calls are
// also audited. An exception from a function becomes Errc::internal and a log line. `parts`:
// receives the rows of a long list; the remaining rows are the result.
Outcome dispatch(const Api& api, const Caller& caller, const Envelope& envelope,
                 const RowParts* parts = nullptr);

// As dispatch(), without waiting: nullopt when the function answers later. `take` then gets the
// outcome, once, on a thread that it must not block, perhaps before this returns.
std::optional<Outcome> dispatch_or_later(const Api& api, const Caller& caller,
                                         const Envelope& envelope,
                                         std::function<void(Outcome)> take);

// Makes only the checks of dispatch(): whether the caller may make this call, and why. Runs, logs
// and audits nothing. Errors: dispatch()'s errors for a call that is wrong for any caller
// (unknown_function, invalid_argument, ...).
Result<Verdict> examine(const Api& api, const Caller& caller, const Envelope& envelope);

// Parses a payload, dispatches it and replies in the payload's own dialect. nullopt: close without
// a byte (legacy). When the function answers later, so does the Reply.
std::optional<Reply> answer(const Api& api, const Caller& caller, std::string_view payload);

// As answer(), for a successful call of a quick function, on any thread. nullopt: nothing was done
// yet; call answer().
std::optional<Reply> answer_at_once(const Api& api, const Caller& caller, std::string_view payload);

}  // namespace mega
