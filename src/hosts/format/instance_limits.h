// What a heartbeat may say about the database instances of a host: the server refuses more, and the
// daemon leaves it out.
#pragma once

#include <cstddef>

namespace mega {

inline constexpr std::size_t instances_max = 1000;

// Bytes of text, which must be UTF-8 without NUL.
inline constexpr std::size_t instance_socket_bytes_max = 255;
inline constexpr std::size_t instance_folder_bytes_max = 1000;
inline constexpr std::size_t instance_type_bytes_max = 64;
inline constexpr std::size_t instance_version_bytes_max = 255;

}  // namespace mega
