// The daemons that are connected, as what drives tasks knows them. PeerService is behind it; tests
// put their own in its place.
#pragma once

#include "base/result.h"
#include "value/value.h"
#include "wire/envelope.h"

#include <chrono>
#include <functional>
#include <string>

namespace mega {

// What hears an answer. Any thread; must not block.
struct AgentListener {
  std::function<void(Value part)> part{};      // each part, in order
  std::function<void(Result<Value> end)> end;  // once
};

// Any thread.
class Agents {
 public:
  virtual ~Agents() = default;
  virtual bool present(const std::string& name) const = 0;
  // For one that is not there: when it was last, or when we began to look.
  virtual std::chrono::steady_clock::time_point away_since(const std::string& name) const = 0;
  // The end is unavailable when it is not there, or goes away before it has answered.
  virtual void ask(const std::string& name, Envelope request, AgentListener listener) = 0;
};

}  // namespace mega
