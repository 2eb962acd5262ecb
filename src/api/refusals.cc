#include "api/refusals.h"

#include "api/function.h"
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
    const Author author{.who = caller.name.empty() ? caller.address : caller.name,
                        .door = std::string(name_of(caller.door)),
                        .peer = caller.peer,
                        .function = envelope.function,
                        .args = arguments_of(envelope)};
    if (auto noted = sink_(author, why, *held_back); !noted) {
      logger.error("a refusal is not in the audit: {}", noted.error().message);
    }
  } catch (const std::exception& error) {
    logger.error("a refusal is not in the audit: {}", error.what());
  }
}

}  // namespace mega
