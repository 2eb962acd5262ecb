// Signatures by the site's CA on scripts. Ed25519, 64 bytes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace mega {

// Errors: invalid_argument for text that is not a key.
Result<std::string> sign(std::string_view key, std::string_view message);

// Checks that the certificate's key has signed the message. Errors: not_allowed when it has not;
// invalid_argument for text that is not a certificate.
Result<void> check_signature(std::string_view certificate, std::string_view message,
                             std::string_view signature);

// The message to sign for a script: its name and the SHA-256 of its content in hex, so that the
// signature is not valid for another name.
std::string script_to_sign(std::string_view name, std::string_view digest);

}  // namespace mega
