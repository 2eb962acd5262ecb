// The daemon's options: its settings, checked before anything is opened.
#pragma once

#include "access/agent/identity_folder.h"
#include "base/log.h"
#include "base/result.h"
#include "base/settings.h"
#include "net/endpoint.h"
#include "net/listen.h"
#include "tasks/agent/run_rules.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

inline constexpr const char* agent_socket_name = "agent.sock";
inline constexpr const char* agent_lock_name = "agent.lock";
inline constexpr const char* journal_name = "tasks.journal";
inline constexpr const char* mail_folder_name = "mail";
inline constexpr const char* own_scripts_name = "scripts";
inline constexpr const char* servers_since_name = "servers.since";

struct AgentOptions {
  std::string folder;
  std::vector<Endpoint> servers;  // in the order of attempts; empty: the one that was joined
  std::vector<ListenAddress> listen;
  std::string pid_file;
  AddressRanges legacy_allow;
  std::vector<std::string> legacy_scripts;
  RunRules run;
  std::chrono::milliseconds keepalive_probe;
  IdentityFolder identity;
  LogTarget log;

  std::string in_folder(std::string_view name) const;
};

// Errors: invalid_argument; each names the setting.
Result<AgentOptions> read_agent_options(const Settings& settings);

// The data folder of this host's daemon, for programs that connect to it.
std::string agent_folder(const Settings& settings);

}  // namespace mega
