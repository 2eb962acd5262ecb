// Signatures by the site's CA on scripts. Ed25519, 64 bytes.
#pragma once

#include <cstdint>
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

// --- scripts ---
//
//   signature := serial (8 bytes, big-endian) Ed25519 (64 bytes)
//
// A newer version of a script has a greater serial: the time of its signing in seconds since 1970.
// A host refuses a smaller serial than it has seen of the name, so that no older version can be put
// back. Signatures of 64 bytes are those of earlier versions of mega: their serial is 0.

// The message to sign for a script: its name, the SHA-256 of its content in hex and, unless it is
// 0, the serial. The signature is valid for no other of these.
std::string script_to_sign(std::string_view name, std::string_view digest, std::int64_t serial);

// Requires: `serial` is greater than 0; `by_ca` is the CA's signature on script_to_sign().
std::string script_signature(std::int64_t serial, std::string_view by_ca);

// The serial that the signature claims; 0 for any other text.
std::int64_t serial_of(std::string_view signature);

// Checks that the site's CA has signed the script with the serial that the signature claims.
// Errors: as check_signature().
Result<void> check_script_signature(std::string_view ca, std::string_view name,
                                    std::string_view digest, std::string_view signature);

}  // namespace mega
