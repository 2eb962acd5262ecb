// The one place that knows which Asio this is, and how it is used.
//
// One thread runs the io_context; see docs/decisions/0004-coroutines-and-pool.md. From other
// threads only asio::post() is allowed: the sockets themselves are not locked.
#pragma once

#include <asio.hpp>
#include <asio/experimental/as_tuple.hpp>

namespace mega {

// Completion token: co_await gives (error_code, results...) and never throws.
inline constexpr auto as_value = asio::experimental::as_tuple(asio::use_awaitable);

// What an io_context that one thread runs is constructed with.
inline constexpr int one_io_thread = ASIO_CONCURRENCY_HINT_UNSAFE_IO;

// TCP and unix sockets alike, so that what serves them is no template.
using StreamSocket = asio::generic::stream_protocol::socket;

}  // namespace mega
