// What a server answers to join and renew_certificate.
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
  std::chrono::seconds clock_ahead{};  // the clock here, compared with the server's
};

// The answer, checked: a certificate of the CA with that pin, for the key with that one. Errors:
// corrupt for another answer; not_allowed for another CA or key, or dates that `now` does not fit.
Result<ReceivedCertificate> read_certificate_answer(const Value& answer, const std::string& ca_pin,
                                                    const std::string& key_pin, Time now);

}  // namespace mega
