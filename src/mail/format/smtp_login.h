// SMTP authentication (RFC 4954), the client's side; pure.
//
//   PLAIN, LOGIN     user and password in the clear: only within TLS
//   XOAUTH2          user and a token of an OAuth provider: only within TLS
//   SCRAM-SHA-256    a one-time proof (RFC 5802, 7677); the relay proves itself, too
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

// One login exchange. Texts are not base64-encoded.
class SmtpLogin {
 public:
  virtual ~SmtpLogin() = default;
  virtual std::string_view name() const = 0;  // "PLAIN"
  // The initial response, sent with AUTH; nullopt: none.
  virtual std::optional<std::string> first() = 0;
  // The response to a challenge. Errors: not_allowed when the relay does not prove itself; corrupt.
  virtual Result<std::string> answer(std::string_view challenge) = 0;
  // Call when the relay reports success. Errors: not_allowed when the relay has not proved itself.
  virtual Result<void> finish() { return {}; }
};

// `method` is a value of the setting smtp.auth; "auto" takes the best method offered, except
// XOAUTH2. `secret_way`: the connection is private (TLS or loopback). `nonce`: printable, never
// used before.
// Errors: not_allowed when no method fits; the message says what the relay offers.
Result<std::unique_ptr<SmtpLogin>> choose_login(std::string_view method,
                                                const std::vector<std::string>& offered,
                                                bool secret_way, const SmtpUser& user,
                                                std::string_view nonce);

}  // namespace mega
