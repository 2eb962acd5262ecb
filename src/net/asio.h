// The only file that includes Asio, with the conventions for its use.
//
// One thread runs the io_context; see docs/decisions/0004-coroutines-and-pool.md. Other threads may
// only call asio::post(): sockets are not locked.
#pragma once

#include <asio.hpp>
#include <asio/experimental/as_tuple.hpp>

namespace mega {

// Completion token: co_await gives (error_code, results...) and never throws.
inline constexpr auto as_value = asio::experimental::as_tuple(asio::use_awaitable);

// Constructor argument of an io_context that one thread runs.
inline constexpr int one_io_thread = ASIO_CONCURRENCY_HINT_UNSAFE_IO;

// Covers TCP and unix sockets, so that the code that serves them is not a template.
using StreamSocket = asio::generic::stream_protocol::socket;

}  // namespace mega
