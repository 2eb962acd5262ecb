// What a daemon answers: the functions that a server of the site asks it for.
// docs/PROTOCOL.md, "What a daemon answers".
//
//   run {order}           parts ["waiting", limits], ["started", limits], ["out", bytes] and
//                         ["err", bytes], at the end ["end", outcome]
//   cancel {id}           true
//   outcome {id}          {"state": "running"}, or the outcome
//   put_script {name, content, digest, signature}
//   list_scripts {}       rows
//   remove_script {name}
//
// Whoever has more to answer adds it: status (agent.cc), mail (mail_carrier.h).
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "tasks/agent/runner.h"
#include "base/result.h"
#include "value/value.h"
#include "wire/envelope.h"

namespace mega {

// The way of one answer back; called on the runner's thread.
struct AgentAnswer {
  std::function<bool(Value items)> part;  // a list; false: nobody is there any more
  std::function<void(const Result<Value>& result)> end;
  std::function<std::size_t()> unsent;  // bytes
};

// Of the runner's thread.
class AgentFunctions {
 public:
  // `arguments` is the envelope's ARGS, empty when it has none. Answers at once or later.
  using Function = std::function<void(const Map& arguments, AgentAnswer answer)>;

  // The runner must outlive it.
  explicit AgentFunctions(Runner& runner);

  void add(const std::string& name, Function function);

  // A function that is not known, or arguments that are no map, are answered with the failure.
  void answer(const Envelope& request, AgentAnswer answer) const;

 private:
  std::map<std::string, Function> functions_;
};

}  // namespace mega
