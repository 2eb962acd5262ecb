// AgentFunctions: the functions that a daemon answers, by name. docs/PROTOCOL.md, "What a daemon
// answers".
//
// Each module adds its functions: tasks (tasks/agent/task_functions.h), mail
// (mail/agent/mail_carrier.h), the daemon itself (agent/agent.cc).
#pragma once

#include "net/streamed_answer.h"
#include "value/value.h"
#include "wire/envelope.h"

#include <functional>
#include <map>
#include <string>

namespace mega {

// Io thread only, and so are the functions of an answer.
class AgentFunctions {
 public:
  // `arguments` is the envelope's ARGS, empty when it has none. May answer at once or later.
  using Function = std::function<void(const Map& arguments, StreamedAnswer answer)>;

  void add(const std::string& name, Function function);

  // Runs the function. Answers an error for an unknown one and for arguments that are not a map.
  void answer(const Envelope& request, StreamedAnswer answer) const;

 private:
  std::map<std::string, Function> functions_;
};

}  // namespace mega
