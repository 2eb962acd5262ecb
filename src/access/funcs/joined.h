// The answer of join and renew_certificate.
#pragma once

#include "access/store/authority.h"
#include "api/context.h"
#include "trust/certificate.h"
#include "value/value.h"

#include <string>

namespace mega {

inline constexpr std::size_t request_bytes_max = 8 << 10;

// {name, role, certificate, ca, site, until, time}; with `now` the caller compares the clocks.
inline Result<Value> joined_answer(const Authority& authority, const std::string& certificate,
                                   Time now) {
  const auto identity = read_certificate(certificate);
  if (!identity) return fail(identity.error());
  return Value(Map{{"name", identity->name},
                   {"role", identity->role},
                   {"certificate", certificate},
                   {"ca", authority.ca()},
                   {"site", authority.site()},
                   {"until", identity->until},
                   {"time", now}});
}

// Errors: unavailable for a server without a CA, which exists in tests only.
inline Result<const Authority*> authority_of(const Context& context) {
  if (const auto* found = context.find(Service<const Authority>{"authority"})) return found;
  return fail(Errc::unavailable, "this server has no CA");
}

// The pin of the request's key, in hex. Errors: invalid_argument.
Result<std::string> request_pin(const std::string& request);

}  // namespace mega
