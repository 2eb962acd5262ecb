// The server's options: its settings, checked before anything is opened; and warnings, for the log,
// about settings that are allowed but probably not meant.
#pragma once

#include "alerts/server/lookout.h"
#include "api/context.h"
#include "base/log.h"
#include "base/result.h"
#include "base/settings.h"
#include "hosts/server/heartbeat_settings.h"
#include "inventory/server/daemon_networks.h"
#include "mail/server/mailer.h"
#include "net/listen.h"
#include "net/serve.h"
#include "tasks/server/task_engine.h"
#include "trust/rule.h"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct ServerOptions {
  std::string folder;
  std::vector<ListenAddress> listen;
  std::string advertise;  // HOST[:PORT] for hosts that join; empty: from `listen`
  LegacyRule legacy;
  DaemonNetworks daemons;
  std::set<std::string> legacy_functions;  // empty: all
  std::vector<Rule> rules;                 // each can match some call
  HeartbeatSettings heartbeats;
  Limits limits;
  bool connections_set = false;  // limits.connections was set, by flag, environment or file
  int workers = 0;
  TaskEngineOptions tasks;
  int schedules_parallel = 0;
  MailerOptions mail;
  LookoutOptions lookout;
  LogTarget log;
};

// Errors: invalid_argument; each names the setting.
Result<ServerOptions> read_options(const Settings& settings);

// A warning about unencrypted callers of 2014 from other hosts; empty: there can be none.
std::string warning_of_clear(const ServerOptions& options);

// One warning for each rule whose WHO is an unknown name that resembles a role.
std::vector<std::string> warnings_of_names(const std::vector<Rule>& rules,
                                           const std::function<bool(std::string_view)>& is_known);

}  // namespace mega
