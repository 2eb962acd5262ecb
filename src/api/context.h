// Api: what all calls share. Context: what one call of a function may touch.
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

class Refusals;

// What every call shares; outlives all calls.
struct Api {
  const Clock& clock;
  Services services{};
  std::set<std::string> legacy_functions{};  // when not empty, only these on the legacy door
                                             // (setting legacy.functions)
  std::vector<Rule> rules{};  // narrow every caller that is not admin (setting rules)
  // The role that the server gave to that name; nullopt: it knows no such name. May be empty.
  std::function<std::optional<Role>(std::string_view name)> role_of{};
  std::atomic<std::int64_t>* failures = nullptr;  // counts the calls that failed, when given
  std::string spool_folder = "/tmp";              // holds long answers until they are sent
  std::shared_ptr<Refusals> refusals{};           // notes refused calls; may be empty
};

// Takes what a function answers, once; any thread.
using Answered = std::function<void(Result<Value>)>;

// Lives for one call; what it refers to outlives that.
struct Context {
  const Api& api;
  const Clock& clock;
  const Services& services;
  const Caller& caller;             // of this call
  const RowParts* parts = nullptr;  // where long lists go; nullptr: whole into the answer
  // A function that has to wait long sets it and returns: its worker goes on to others, and what
  // it returned does not count. Called once behind run(); the context is gone by then.
  std::function<void(Answered)> later{};
  Author author{};  // the caller and what was asked, for the audit; empty for what only reads

  // Requires: the server has it.
  template <class T>
  T& operator[](const Service<T>& service) const {
    return services[service];
  }
  // nullptr: the server has none.
  template <class T>
  T* find(const Service<T>& service) const {
    return services.find(service);
  }
};

}  // namespace mega
