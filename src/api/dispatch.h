// Dispatch: an envelope and its caller -> the one function that it names, checked, run, logged,
// audited.
//
// The only way to a function. Blocks while the function runs: call it on the worker pool.
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

// What examine() found.
struct Verdict {
  Decision decision;
  const Function* function = nullptr;
};

struct Outcome {
  Result<Value> result;
  Shape shape = Shape::value;  // of the function; value when there is no such function
};

// The author of a change by that call, for the audit.
Author author_of(const Caller& caller, std::string_view function, std::string arguments);

// An envelope with a TIME is kept as a schedule, once all has been checked that would be checked
// now; the result is its id.
// Refusals (unknown function, not allowed, bad arguments) are results like any other failure; what
// was not allowed or refused is audited, too. An exception out of a function becomes Errc::internal
// and a log line.
// Waits also for what a function answers later.
// `parts`: where the rows of a long list go before what is left of them is the result.
Outcome dispatch(const Api& api, const Caller& caller, const Envelope& envelope,
                 const RowParts* parts = nullptr);

// The same without waiting: nullopt when the function answers later. `take` gets the outcome then,
// once, on a thread that must not be held up, perhaps before this returns.
std::optional<Outcome> dispatch_or_later(const Api& api, const Caller& caller,
                                         const Envelope& envelope,
                                         std::function<void(Outcome)> take);

// What dispatch() does before it runs the function, and not a step more: whether the caller may
// make this call, and why. Nothing is run, logged or audited. Errors: what dispatch() answers to a
// call that is wrong for any caller (unknown_function, invalid_argument, ...).
Result<Verdict> examine(const Api& api, const Caller& caller, const Envelope& envelope);

// The whole way for one payload: parse, dispatch, reply in the payload's own dialect. nullopt:
// close without a byte (legacy). A function that answers later gives a reply that comes later.
std::optional<Reply> answer(const Api& api, const Caller& caller, std::string_view payload);

// The same for a call of a quick function that succeeds, on any thread; nullopt: have it answered
// by answer(), nothing was done yet.
std::optional<Reply> answer_at_once(const Api& api, const Caller& caller, std::string_view payload);

}  // namespace mega
