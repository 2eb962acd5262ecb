#include "api/refusals.h"

#include "api/function.h"
#include "api/hooks.h"
#include "api/masked.h"
#include "base/log.h"

#include <exception>

namespace mega {
namespace {

constexpr Logger logger{"dispatch"};

// Shorter than for accepted calls: an unauthorised caller controls this text.
constexpr std::size_t arguments_bytes_max = 500;

bool is_refusal(Errc code) { return code == Errc::not_allowed || code == Errc::refused; }

std::string arguments_of(const Envelope& envelope) {
  static const Function unknown{.name = "unknown", .summary = ""};
  const Function* function = find_function(envelope.function);
  const auto given = call_arguments(envelope);
  if (!given) return "";
  return masked_arguments(function ? *function : unknown, *given, arguments_bytes_max);
}

// The call that a refused envelope meant, as far as it can be read.
Envelope call_of(const Envelope& envelope) {
  const auto* hook = hook_for<EnvelopeHook>(envelope);
  if (!hook) return envelope;
  if (auto call = hook->call_of(envelope)) return *std::move(call);
  return {.id = envelope.id, .function = std::string(hook->function)};
}

}  // namespace

std::optional<std::int64_t> Refusals::pass(const Clock& clock) {
  const std::lock_guard lock(mutex_);
  return bucket_.pass(clock.steady());
}

void Refusals::note(const Clock& clock, const Caller& caller, const Envelope& envelope,
                    const Error& why) {
  if (!is_refusal(why.code)) return;
  const auto held_back = pass(clock);
  if (!held_back) return;
  try {
    const Envelope call = call_of(envelope);
    const Author author{.who = caller.name.empty() ? caller.address : caller.name,
                        .door = std::string(name_of(caller.door)),
                        .peer = caller.peer,
                        .function = call.function,
                        .args = arguments_of(call)};
    if (auto noted = sink_(author, why, *held_back); !noted) {
      logger.error("a refusal is not in the audit: {}", noted.error().message);
    }
  } catch (const std::exception& error) {
    logger.error("a refusal is not in the audit: {}", error.what());
  }
}

}  // namespace mega
