// The cryptographic primitives that mega uses directly, on OpenSSL.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mega {

// Makes OpenSSL ignore the host's openssl.cnf: one that activates only the legacy provider leaves
// TLS without ciphers. Must run first in main(), before any other use of OpenSSL or of a library
// that uses it.
void ignore_host_openssl_configuration();

inline constexpr std::size_t sha256_bytes = 32;

std::string sha256(std::string_view bytes);  // 32 bytes
std::string random_bytes(
    std::size_t count);  // from the system's generator; aborts the process when that fails
std::string to_hex(std::string_view bytes);  // lower case

// Takes the same time for all texts of the same lengths (the lengths are not secret).
bool equal_in_constant_time(std::string_view a, std::string_view b);

// Returns and clears this thread's last OpenSSL error: "certificate verify failed".
std::string openssl_error();

}  // namespace mega
