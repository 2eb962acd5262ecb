// Connects to a host of several addresses ("happy eyeballs", RFC 8305): while an address does not
// answer, the next one is tried beside it, and the first connection that stands is the one. So one
// address that leads nowhere costs a fraction of a second and not the time of all.
#pragma once

#include "base/result.h"
#include "net/socket_address.h"

#include <chrono>
#include <span>

namespace mega {

// The pause before the next address is tried; shorter when there is little time for many.
inline constexpr std::chrono::milliseconds connect_pause{250};

// Blocks until `until` at most, or until the descriptor `stop` is readable (-1: none). On success
// `*error` is untouched and the result is the descriptor of a non-blocking socket, which the caller
// owns. Otherwise -1, and `*error` is ETIMEDOUT, ECANCELED when `stop` came first, or the errno of
// the last address that failed.
int connect_to_any(std::span<const SocketAddress> addresses,
                   std::chrono::steady_clock::time_point until, int stop, int* error);

}  // namespace mega
