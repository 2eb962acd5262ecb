// Greeting: the first packet of a MySQL or MariaDB server to a client; identifies the server.
//
//   packet   := length(3, little endian) sequence(1, 0) payload
//   payload  := 0a version NUL thread_id(4) scramble(8) 00 ...    the handshake, protocol 10
//             | ff error(2) text                                 too many connections, and the like
//
// MariaDB puts "5.5.5-" in front of its own version for clients that take 10 for older than 5. The
// X protocol of MySQL (33060), Galera and other protocols begin differently. Pure functions.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

struct Greeting {
  std::string version;     // "10.11.6-MariaDB-log", without the "5.5.5-" prefix
  std::int64_t error = 0;  // 0: none; else `version` is empty
  std::string error_text;
  friend bool operator==(const Greeting&, const Greeting&) = default;
};

// The most bytes that a greeting takes; more need not be read.
inline constexpr std::size_t greeting_bytes_max = 4096;

// Parses the first bytes of a connection; nullopt: needs more bytes. Errors: corrupt for bytes that
// cannot begin a greeting.
Result<std::optional<Greeting>> parse_greeting(std::string_view bytes);

// "MariaDB" or "MySQL"; "MySQL" for Percona Server too.
std::string_view database_type(std::string_view version);

// Only the numbers: "10.11.6" of "10.11.6-MariaDB-log".
std::string_view version_number(std::string_view version);

}  // namespace mega
