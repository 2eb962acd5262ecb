// Relay: a TCP port that passes one connection on to another port, and keeps what the client sent.
#pragma once

#include <cstdint>
#include <string>
#include <thread>

namespace mega {

class Relay {
 public:
  explicit Relay(std::uint16_t to);
  ~Relay();
  Relay(const Relay&) = delete;

  std::uint16_t port() const { return port_; }

  // Waits until both sides have closed; what the client has sent till then.
  const std::string& sent();

 private:
  void pass_on();

  const std::uint16_t to_;
  int listening_ = -1;
  int stop_ = -1;  // an eventfd: readable once the relay is to end
  std::uint16_t port_ = 0;
  std::string sent_;
  std::thread thread_;
};

}  // namespace mega
