// Context: everything an API function may touch. Tests build one around a store in memory and a
// fake clock.
#pragma once

#include "tasks/server/tasks.h"
#include "base/clock.h"
#include "access/store/authority.h"
#include "sql/database.h"
#include "trust/caller.h"
#include "value/value.h"

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace mega {

class Alerts;
class Outbox;

struct Api;

// What the server tells about itself (server_status); set by server/, empty in tests.
using Report = std::function<Map()>;

// Closes the open connections of who came in with a certificate of that name, and counts them; set
// by server/, may be empty.
using EndConnections = std::function<int(std::string_view name)>;

// HOST:PORT at which others reach this server; set by server/, may be empty.
using OwnAddress = std::function<Result<std::string>()>;

// Whether the daemon of that name has a connection to this server; set by server/, may be empty.
using Presence = std::function<bool(std::string_view name)>;

// What daemons are told with the answer to each heartbeat.
struct DaemonSettings {
  std::chrono::seconds keepalive{300};  // until the next one
};

// Takes what a function answers, once; any thread.
using Answered = std::function<void(Result<Value>)>;

// Lives for one call; what it refers to outlives that.
struct Context {
  Store& store;
  const Clock& clock;
  const Caller& caller;                  // of this call
  const Report& report;                  // may be empty
  const Authority* authority = nullptr;  // of the site; nullptr: there is none (tests)
  const EndConnections& end_connections;
  const OwnAddress& own_address;
  const Presence& presence;
  const DaemonSettings& daemons;
  const Outbox* outbox = nullptr;   // for mail; nullptr: there is none (tests)
  const Alerts* alerts = nullptr;   // the same
  const Api& api;                   // what this call was admitted by, for who asks about rights
  Tasks* tasks = nullptr;           // under way; nullptr: nobody drives them here
  const RowParts* parts = nullptr;  // where long lists go; nullptr: whole into the answer
  // A function that has to wait long sets it and returns: its worker goes on to others, and what
  // it returned does not count. Called once behind run(); the context is gone by then.
  std::function<void(Answered)> later{};
  Author author{};  // the caller and what was asked, for the audit; empty for what only reads
};

}  // namespace mega
