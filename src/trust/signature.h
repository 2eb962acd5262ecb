// Signatures by the site's CA on what is no certificate: scripts. Ed25519, 64 bytes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace mega {

// Errors: invalid_argument for text that is no key.
Result<std::string> sign(std::string_view key, std::string_view message);

// Whether the key of that certificate has signed it. Errors: not_allowed when it has not;
// invalid_argument for text that is no certificate.
Result<void> check_signature(std::string_view certificate, std::string_view message,
                             std::string_view signature);

// What is signed of a script: its name and the SHA-256 of its content in hex, so that a signature
// says nothing about another name.
std::string script_to_sign(std::string_view name, std::string_view digest);

}  // namespace mega
