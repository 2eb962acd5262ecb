// Relay: a TCP port that forwards one connection to another port and records the client's bytes.
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

  // Waits until both sides have closed; returns the bytes that the client has sent.
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
