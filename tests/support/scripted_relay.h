// ScriptedRelay: a mail server that serves one connection at a time and fails at a given step of
// the dialogue in a given way.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace mega {

class ScriptedRelay {
 public:
  enum class Step { greeting, ehlo, mail, rcpt, data, end };
  enum class Fault { none, closes, later, refuses, talks_nonsense, floods, is_silent };
  // The reply to commands that begin with `command`, instead of the usual one; empty: none.
  struct Answer {
    std::string command, reply;
    bool closes = false;  // after the reply
  };
  struct Script {
    Step at = Step::greeting;
    Fault fault = Fault::none;
    std::vector<std::string> offers = {"PIPELINING", "SIZE 1000000"};
    bool byte_by_byte = false;
    std::vector<Answer> answers = {};
  };

  explicit ScriptedRelay(Script script);
  ~ScriptedRelay();
  ScriptedRelay(const ScriptedRelay&) = delete;

  std::uint16_t port() const { return port_; }
  // The commands received, and the messages as received between DATA and the dot.
  std::vector<std::string> commands() const;
  std::vector<std::string> messages() const;
  int connections() const { return connections_; }

 private:
  class Talk;
  void serve();

  const Script script_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> commands_, messages_;
  std::atomic<int> connections_ = 0;
  std::thread thread_;
};

}  // namespace mega
