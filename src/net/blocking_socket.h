// BlockingSocket: a blocking connection, for commands. Uses plain system calls: starting Asio would
// double the run time of `mega call`.
#pragma once

#include "base/result.h"
#include "net/tls.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mega {

// Not thread-safe. Every method returns timed_out once its `until` has passed.
class BlockingSocket {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  BlockingSocket() = default;
  ~BlockingSocket() { close(); }
  BlockingSocket(BlockingSocket&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        stop_(other.stop_),
        tls_(std::exchange(other.tls_, std::nullopt)) {}
  BlockingSocket& operator=(BlockingSocket&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(stop_, other.stop_);
    std::swap(tls_, other.tls_);
    return *this;
  }

  // Errors: unavailable, naming path or host and port, and the reason.
  static Result<BlockingSocket> connect_unix(const std::string& path, Moment until);
  // `host` is an address or a name; one of its addresses that does not answer leaves the others
  // their time (connect.h). Once the descriptor `stop` is readable (-1: none), all waits of the
  // socket end with unavailable.
  static Result<BlockingSocket> connect_tcp(const std::string& host, std::uint16_t port,
                                            Moment until, int stop = -1);

  // Starts TLS on the connection. Errors: as TlsSession::handshake.
  Result<void> secure(const TlsContext& context, Moment until);

  bool is_open() const { return fd_ >= 0; }
  // "TLSv1.3 TLS_AES_256_GCM_SHA384"; empty without TLS.
  std::string security() const { return tls_ ? tls_->description() : ""; }
  // The peer's address, "10.0.0.7:587". Requires: a TCP connection.
  std::string peer() const;

  // Sends all bytes. Errors: unavailable when the peer has closed.
  Result<void> send(std::string_view bytes, Moment until);
  void end_sending();
  // Receives 1 to `size` bytes; 0 when the peer has closed. Errors: unavailable on a broken
  // connection.
  Result<std::size_t> receive(char* into, std::size_t size, Moment until);
  void close();

 private:
  explicit BlockingSocket(int fd, int stop = -1) : fd_(fd), stop_(stop) {}
  Result<void> wait(short events, Moment until) const;
  Error why_it_broke();
  Result<void> send_through_tls(std::string_view bytes, Moment until);
  Result<std::size_t> receive_through_tls(char* into, std::size_t size, Moment until);

  int fd_ = -1;  // non-blocking underneath; waits are poll(2)
  int stop_ = -1;
  std::optional<TlsSession> tls_;
};

}  // namespace mega
