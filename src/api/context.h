// Api: the state that all calls share. Context: the environment of one call of a function.
#pragma once

#include "api/services.h"
#include "base/clock.h"
#include "trust/author.h"
#include "trust/caller.h"
#include "trust/rule.h"
#include "value/listing.h"
#include "value/value.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

class HeldAnswers;
class Refusals;
class WriteShares;

// The state that all calls share; outlives them.
struct Api {
  const Clock& clock;
  Services services{};
  std::set<std::string> legacy_functions{};  // when not empty, the only functions on the legacy
                                             // door (setting legacy.functions)
  std::vector<Rule> rules{};  // narrow every caller that is not admin (setting rules)
  // The role that the server gave to the name; nullopt: unknown name. May be empty.
  std::function<std::optional<Role>(std::string_view name)> role_of{};
  std::atomic<std::int64_t>* failures = nullptr;  // counts failed calls; may be nullptr
  std::string spool_folder = "/tmp";              // holds long answers until they are sent
  std::shared_ptr<Refusals> refusals{};           // notes refused calls; may be empty
  // How often each caller may make the server write, and the answers of callers that wrote more;
  // both may be empty: no limit.
  std::shared_ptr<WriteShares> shares{};
  std::shared_ptr<HeldAnswers> held_answers{};
};

// Receives a function's answer, once; any thread.
using Answered = std::function<void(Result<Value>)>;

// Lives for one call; the objects it refers to outlive the call.
struct Context {
  const Api& api;
  const Clock& clock;
  const Services& services;
  const Caller& caller;             // of this call
  const RowParts* parts = nullptr;  // receives long lists; nullptr: put them whole into the answer
  // A function that must wait long sets `later` and returns; this frees its worker, and its
  // returned value is ignored unless it is an error. `later` is called once, after run(), when the
  // Context is already destroyed.
  std::function<void(Answered)> later{};
  Author author{};  // the caller and the call, for the audit; empty for functions that only read

  // Requires: the server has the service.
  template <class T>
  T& operator[](const Service<T>& service) const {
    return services[service];
  }
  // nullptr: the server does not have the service.
  template <class T>
  T* find(const Service<T>& service) const {
    return services.find(service);
  }
};

}  // namespace mega
