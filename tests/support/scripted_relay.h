// ScriptedRelay: a mail server of one connection after the other that fails at a step of the
// dialogue, in a way that the test names.
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
  // The commands that have come, and the messages between DATA and the dot, as they came.
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
