// Peer: the other end of a connection, as a script of a test: it sends these bytes, in these
// pieces, and reads what comes. Every wait ends after ten seconds, and the test fails.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mega {

class Peer {
 public:
  static Peer to_unix(const std::string& path);
  static Peer to_port(std::uint16_t port);  // of 127.0.0.1
  explicit Peer(int fd) : fd_(fd) {}
  ~Peer();
  Peer(Peer&& other) noexcept;
  Peer& operator=(Peer&& other) noexcept;

  bool connected() const { return fd_ >= 0; }
  int fd() const { return fd_; }

  // False when the other side no longer takes bytes.
  bool send(std::string_view bytes);
  // Each piece is a segment of its own.
  bool send_in_pieces(std::string_view bytes, std::size_t piece_bytes);
  void end_sending();  // the other side reads an end, and may still answer
  // Closes at once, with a reset.
  void reset();

  // Exactly so many bytes, or fewer when the other side closed before.
  std::string read(std::size_t bytes);
  // The payload of one strict frame; empty when the other side closed.
  std::string read_frame();
  // All until the other side closes.
  std::string read_to_end();
  // The other side has closed or closes within ten seconds; what it still sends is dropped.
  bool closed();

 private:
  bool wait_readable();

  int fd_ = -1;
};

}  // namespace mega
