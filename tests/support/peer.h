// Peer: the other end of a connection, scripted by a test: sends bytes in given pieces and reads
// the answers. Every wait times out after 10 seconds and then fails the test.
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

  // False when the other side no longer accepts bytes.
  bool send(std::string_view bytes);
  // Sends each piece as a segment of its own.
  bool send_in_pieces(std::string_view bytes, std::size_t piece_bytes);
  void end_sending();  // the other side reads end of file, and may still answer
  // Closes the connection at once with a reset.
  void reset();

  // Reads exactly `bytes` bytes, or fewer when the other side closes first.
  std::string read(std::size_t bytes);
  // Reads one strict frame and returns its payload; empty when the other side closed.
  std::string read_frame();
  // Reads until the other side closes.
  std::string read_to_end();
  // True if the other side closes within 10 seconds; discards the bytes it still sends.
  bool closed();

 private:
  bool wait_readable();

  int fd_ = -1;
};

}  // namespace mega
