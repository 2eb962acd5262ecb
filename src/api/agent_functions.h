// AgentFunctions: what a daemon answers, by name. docs/PROTOCOL.md, "What a daemon answers".
//
// Each module adds its functions: tasks (task_functions.h), mail (mail_carrier.h), the daemon
// itself (agent.cc).
#pragma once

#include "base/result.h"
#include "value/value.h"
#include "wire/envelope.h"

#include <cstddef>
#include <functional>
#include <map>
#include <string>

namespace mega {

// The way of one answer back; called on the io thread.
struct AgentAnswer {
  std::function<bool(Value items)> part;  // a list; false: the caller has gone
  std::function<void(const Result<Value>& result)> end;
  std::function<std::size_t()> unsent;  // bytes
};

// Of the io thread.
class AgentFunctions {
 public:
  // `arguments` is the envelope's ARGS, empty when it has none. Answers at once or later.
  using Function = std::function<void(const Map& arguments, AgentAnswer answer)>;

  void add(const std::string& name, Function function);

  // A function that is not known, or arguments that are no map, are answered with the failure.
  void answer(const Envelope& request, AgentAnswer answer) const;

 private:
  std::map<std::string, Function> functions_;
};

}  // namespace mega
