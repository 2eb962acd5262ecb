// AgentFunctions: the functions that a daemon answers, by name. docs/PROTOCOL.md, "What a daemon
// answers".
//
// Each module adds its functions: tasks (tasks/agent/task_functions.h), mail
// (mail/agent/mail_carrier.h), the daemon itself (agent/agent.cc).
#pragma once

#include "base/result.h"
#include "value/value.h"
#include "wire/envelope.h"

#include <cstddef>
#include <functional>
#include <map>
#include <string>

namespace mega {

// Sends one answer; call it on the io thread.
struct AgentAnswer {
  std::function<bool(Value items)> part;  // sends a list; false: the caller has disconnected
  std::function<void(const Result<Value>& result)> end;
  std::function<std::size_t()> unsent;  // bytes not yet taken by the caller
};

// Io thread only.
class AgentFunctions {
 public:
  // `arguments` is the envelope's ARGS, empty when it has none. May answer at once or later.
  using Function = std::function<void(const Map& arguments, AgentAnswer answer)>;

  void add(const std::string& name, Function function);

  // Runs the function. Answers an error for an unknown one and for arguments that are not a map.
  void answer(const Envelope& request, AgentAnswer answer) const;

 private:
  std::map<std::string, Function> functions_;
};

}  // namespace mega
