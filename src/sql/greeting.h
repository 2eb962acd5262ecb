// The first packet that a MySQL or MariaDB server sends to whoever connects: who it is.
//
//   packet   := length(3, little endian) sequence(1, 0) payload
//   payload  := 0a version NUL thread_id(4) scramble(8) 00 ...    the handshake, protocol 10
//             | ff error(2) text                                 too many connections, and the like
//
// MariaDB puts "5.5.5-" in front of its own version for clients that take 10 for older than 5.
// The X protocol of MySQL (33060), Galera and all else begin otherwise. Pure.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

struct Greeting {
  std::string version;     // "10.11.6-MariaDB-log", without what stands in front for old clients
  std::int64_t error = 0;  // 0: none; else there is no version
  std::string error_text;
  friend bool operator==(const Greeting&, const Greeting&) = default;
};

// As much as a greeting takes; more need not be read.
inline constexpr std::size_t greeting_bytes_max = 4096;

// From the first bytes of a connection; nullopt until more have come.
// Errors: corrupt for what is no greeting, whatever follows.
Result<std::optional<Greeting>> parse_greeting(std::string_view bytes);

// "MariaDB" or "MySQL", which Percona's server calls itself too.
std::string_view database_type(std::string_view version);

// The numbers alone: "10.11.6" of "10.11.6-MariaDB-log".
std::string_view version_number(std::string_view version);

}  // namespace mega
