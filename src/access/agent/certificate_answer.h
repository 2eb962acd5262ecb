// The answer to join and renew_certificate, parsed and checked.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "trust/certificate.h"
#include "value/value.h"

#include <chrono>
#include <string>

namespace mega {

struct ReceivedCertificate {
  std::string certificate, ca;  // PEM
  Identity identity;
  std::chrono::seconds clock_ahead{};  // this host's clock minus the server's
};

// Checks that the answer holds a certificate of the CA with `ca_pin`, for the key with `key_pin`.
// Errors: corrupt for a malformed answer; not_allowed for another CA or key, or when `now` is
// outside the certificate's dates.
Result<ReceivedCertificate> read_certificate_answer(const Value& answer, const std::string& ca_pin,
                                                    const std::string& key_pin, Time now);

}  // namespace mega
