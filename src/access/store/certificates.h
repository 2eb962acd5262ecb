// Certificates as the store knows them: what tokens.cc and certificates.cc share. All functions run
// in the transaction that they are given.
//
// A revocation has a name and a time: whatever was issued for the name until then counts no longer.
// A certificate that is issued in the second of the revocation is dated a second later.
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

// A certificate counts for a while after its end: clocks differ.
inline std::int64_t still_counts_until(Time now) {
  return now.seconds - std::chrono::seconds(clock_tolerance).count();
}

// The certificates of the name that count now.
Result<std::vector<CertificateRow>> living_certificates(Writing& writing, std::string_view name);

// The time of the name's revocation; {-1}: there is none.
Result<Time> revocation_of(Connection& connection, std::string_view name);

// Ends all certificates of the name that were issued until now.
Result<Time> revoke_name(Writing& writing, std::string_view name);

// Issues one that counts although the name may have been revoked a moment ago, and notes it.
Result<std::string> issue_and_note(Writing& writing, CertificateRow wanted, const Issue& issue);

// When it was revoked, as an error; `issued` is after the revocation: none.
Result<void> refuse_revoked(std::string_view name, Time issued, Time revoked);

}  // namespace mega
