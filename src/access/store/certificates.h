// Certificates in the store, shared by tokens.cc and certificates.cc. All functions run in the
// transaction of the caller.
//
// A revocation has a name and a time: certificates of the name that were issued until then are
// invalid. A certificate issued within the second of the revocation is dated a second later.
#pragma once

#include "access/store/access_store.h"
#include "audit/writing.h"
#include "base/result.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct CertificateRow {
  std::string serial, name, role, key_pin, address;
  Time issued, until;
  std::int64_t token_id = 0;  // 0: a renewal
};

// The earliest end of a certificate that is still valid; clocks may differ by clock_tolerance.
inline std::int64_t still_counts_until(Time now) {
  return now.seconds - std::chrono::seconds(clock_tolerance).count();
}

// The valid certificates of the name.
Result<std::vector<CertificateRow>> living_certificates(Writing& writing, std::string_view name);

// The time of the name's revocation; {-1}: not revoked.
Result<Time> revocation_of(Connection& connection, std::string_view name);

// Revokes all certificates of the name that were issued until now.
Result<Time> revoke_name(Writing& writing, std::string_view name);

// Deletes the tokens for the name that can still be spent; returns their number.
Result<std::int64_t> withdraw_tokens_for(Writing& writing, std::string_view name);

// Issues and stores a certificate. It is valid even if the name was revoked a moment ago.
Result<std::string> issue_and_note(Writing& writing, CertificateRow wanted, const Issue& issue);

// Errors: not_allowed, with the time of the revocation, unless `issued` is after it.
Result<void> refuse_revoked(std::string_view name, Time issued, Time revoked);

}  // namespace mega
