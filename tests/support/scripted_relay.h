// ScriptedRelay: a mail server that serves one connection at a time and fails at a given step of
// the dialogue in a given way.
#pragma once

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
  struct Script {
    Step at = Step::greeting;
    Fault fault = Fault::none;
    std::vector<std::string> offers = {"PIPELINING", "SIZE 1000000"};
    bool byte_by_byte = false;
  };

  explicit ScriptedRelay(Script script);
  ~ScriptedRelay();
  ScriptedRelay(const ScriptedRelay&) = delete;

  std::uint16_t port() const { return port_; }
  // The commands received, and the messages as received between DATA and the dot.
  std::vector<std::string> commands() const;
  std::vector<std::string> messages() const;

 private:
  class Talk;
  void serve();

  const Script script_;
  int listening_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> commands_, messages_;
  std::thread thread_;
};

}  // namespace mega
