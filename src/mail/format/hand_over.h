// How long a daemon and the server remember a mail that is handed over. The server recognises every
// repeat, however long the daemon waits for the answer to the first one, and when clocks differ.
#pragma once

#include <chrono>

namespace mega {

// A daemon hands over no older mail by itself.
inline constexpr std::chrono::hours mail_wait_max{30 * 24};

// The store remembers the id of a mail that was handed over; longer than smtp.keep.
inline constexpr std::chrono::hours handed_mail_memory = 2 * mail_wait_max;

}  // namespace mega
