// Starts a coroutine that nobody waits for, and logs what it throws: asio::detached would swallow
// it.
#pragma once

#include "net/asio.h"

namespace mega {

// `name` heads the log line and must outlive the coroutine (a literal does). Not inline: g++ 12
// makes a link of optimised code fail ("defined in discarded section") when two files instantiate
// asio::co_spawn alike.
void spawn(const asio::any_io_executor& executor, asio::awaitable<void> work, const char* name);

}  // namespace mega
