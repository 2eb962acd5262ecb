// The few cryptographic primitives that mega needs by themselves, on OpenSSL.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mega {

// Must run first in main(), before any other use of OpenSSL or of a library that uses it: the
// host's openssl.cnf is not ours to obey (one that activates only the legacy provider leaves TLS
// without ciphers).
void ignore_host_openssl_configuration();

inline constexpr std::size_t sha256_bytes = 32;

std::string sha256(std::string_view bytes);  // 32 bytes
std::string random_bytes(
    std::size_t count);  // from the system's generator; ends the process if that has none
std::string to_hex(std::string_view bytes);  // lower case

// Takes the same time whatever the texts hold (their lengths are no secret).
bool equal_in_constant_time(std::string_view a, std::string_view b);

// What OpenSSL last complained of in this thread, and forgets it: "certificate verify failed".
std::string openssl_error();

}  // namespace mega
