// AgentDoors: where the daemon itself accepts connections: its unix socket and port 1105.
//
//   unix socket   root and the daemon's user: `mega daemon status` and the functions of a daemon
//   1105, TLS     the servers of the site, with certificates of their present key: the functions of
//                 a daemon
//   1105, clear   peers of legacy.allow: the scripts of legacy.scripts
//                 (tasks/agent/legacy_scripts.h)
//
// The unix socket and port 1105 have limits and a worker each, so that no peer at the port keeps
// root from the socket.
#pragma once

#include "agent/options.h"
#include "api/agent_functions.h"
#include "base/result.h"
#include "hosts/agent/servers_since.h"
#include "net/asio.h"
#include "net/listen.h"
#include "net/serve.h"
#include "net/workers.h"
#include "tasks/agent/legacy_scripts.h"
#include "trust/certificate.h"

#include <memory>
#include <string>
#include <vector>

namespace mega {

// Use it on the io thread; workers call only answer().
class AgentDoors {
 public:
  // All references but the options must outlive it.
  AgentDoors(asio::io_context& io, const AgentOptions& options, const AgentFunctions& functions,
             Runner& runner, const ServersSince& servers_since, const std::string& ca);

  // Errors: as Listener's; one sentence.
  Result<void> open(const AgentOptions& options, const Credentials& own);
  // Uses these credentials for new TLS connections.
  Result<void> show(const Credentials& own);
  void serve();

  // "tcp=127.0.0.1:1105 unix=PATH".
  std::string names() const;
  int connections() const { return network_.connections() + local_.connections(); }

  // Accepts no more connections; returns when all pending requests are answered.
  asio::awaitable<void> close();

 private:
  Result<void> check_key(const Caller& caller) const;
  Responder responder() const;
  std::optional<Reply> answer(const Caller& caller, std::string_view payload) const;

  asio::io_context& io_;
  const AgentFunctions& functions_;
  const ServersSince& servers_since_;
  const LegacyScripts legacy_;
  Workers local_workers_, network_workers_;
  PeerService local_, network_;
  std::unique_ptr<Listener> local_listener_;
  std::vector<std::unique_ptr<Listener>> network_listeners_;
};

}  // namespace mega
