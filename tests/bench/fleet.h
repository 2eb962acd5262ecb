// Fleet: the connections of thousands of daemons, held by one thread with epoll.
//
// The server cannot tell these connections from daemons: they do the handshake with certificates of
// joined names, call the function attend, answer pings and orders, and send heartbeats. They run
// nothing; they answer each order with success or failure as their Conduct says.
#pragma once

#include "tls_client.h"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

enum class Conduct {
  well,
  frozen,   // receives requests and does not answer
  failing,  // answers orders with exit code 1
  hung,     // answers orders when their time limit ends
};

struct FleetName {
  std::string text;
  TlsClient tls;
  Conduct conduct;
};

struct FleetPlan {
  std::uint16_t port = 0;  // of the server, on 127.0.0.1
  std::vector<FleetName> names;
  std::size_t connections = 0;  // if more than names, names take turns
  std::chrono::seconds heartbeat{0};
};

struct FleetCounts {
  std::size_t connections = 0, runs = 0, heartbeats = 0, lost = 0;
};

// An unrecoverable error ends the process with a message.
class Fleet {
 public:
  // The plan must outlive it.
  explicit Fleet(const FleetPlan& plan);

  // Returns when the server has accepted all of them.
  void open_all();
  // Serves until the end of standard input.
  void serve();
  const FleetCounts& counts() const { return counts_; }

 private:
  using Clock = std::chrono::steady_clock;

  struct Agent {
    std::size_t name = 0;
    int fd = -1;
    std::optional<TlsSession> tls;
    bool ready = false;  // the handshake is done
    bool attends = false;
    std::size_t asked = 1;  // number of its own requests; the first is attend
    std::string received;
  };
  struct Late {
    Clock::time_point due;
    std::size_t agent;
    std::string id;
    bool operator>(const Late& other) const { return due > other.due; }
  };

  void turn(int wait_ms);
  void open(std::size_t i);
  void watch(std::size_t i, int operation, std::uint32_t events);
  void shake_hands(std::size_t i);
  void take(std::size_t i);
  void take_frames(std::size_t i);
  void take_payload(std::size_t i, std::string_view payload);
  void take_answer(std::size_t i, std::string_view payload);
  void take_order(std::size_t i, std::string_view payload);
  void send(std::size_t i, std::string_view payload);
  void part(std::size_t i, std::string_view id, std::string_view result);
  void answer(std::size_t i, std::string_view id, std::string_view result);
  void lose(std::size_t i);
  void send_heartbeats();
  void heartbeat(std::size_t i);
  void end_late();
  int milliseconds_to_wait() const;

  const FleetPlan& plan_;
  int poll_;
  std::vector<Agent> agents_;
  std::array<char, 64 << 10> chunk_;
  std::size_t opened_ = 0;
  FleetCounts counts_;
  Clock::time_point next_heartbeat_ = Clock::time_point::max();
  std::priority_queue<Late, std::vector<Late>, std::greater<>> late_;  // orders of hung daemons
  bool ended_ = false;
};

[[noreturn]] void die(const std::string& what);
// The digits at the start of `text`; 0: none.
std::size_t number(std::string_view text);
