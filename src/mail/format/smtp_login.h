// Logins of SMTP (RFC 4954): what is said to a relay to prove who we are; pure.
//
//   PLAIN, LOGIN     user and password as they are: only within TLS
//   XOAUTH2          user and a token that somebody else gave out: only within TLS
//   SCRAM-SHA-256    a proof that holds once (RFC 5802, 7677); the relay proves itself, too
#pragma once

#include "base/result.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct SmtpUser {
  std::string name;
  std::string password;  // for XOAUTH2 the token
};

// One login, step by step. Texts are as they are before base64.
class SmtpLogin {
 public:
  virtual ~SmtpLogin() = default;
  virtual std::string_view name() const = 0;  // "PLAIN"
  // Sent along with AUTH; nullopt: nothing is.
  virtual std::optional<std::string> first() = 0;
  // What to say to a challenge. Errors: not_allowed when the relay does not prove itself, corrupt.
  virtual Result<std::string> answer(std::string_view challenge) = 0;
  // The relay says that we are in. Errors: not_allowed when it has not proved itself before.
  virtual Result<void> finish() { return {}; }
};

// `method` as in the setting smtp.auth: "auto" takes the best that is offered. `secret_way`: nobody
// listens. `nonce`: printable, never used before.
// Errors: not_allowed when nothing fits; the sentence says what the relay offers.
Result<std::unique_ptr<SmtpLogin>> choose_login(std::string_view method,
                                                const std::vector<std::string>& offered,
                                                bool secret_way, const SmtpUser& user,
                                                std::string_view nonce);

}  // namespace mega
