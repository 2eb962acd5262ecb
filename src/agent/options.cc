#include "agent/options.h"

#include "net/keepalive.h"
#include "tasks/agent/legacy_scripts.h"
#include "trust/legacy_allow.h"

#include <cstdint>
#include <filesystem>

namespace mega {
namespace {

constexpr std::uint16_t agent_port = 1105;

const Setting<std::string> data{"agent.data",
                                "/var/lib/mega/agent",
                                "DIR",
                                "Folder that holds all that the daemon keeps",
                                {.flag_of = {"daemon"}, .flag = "--data"}};
const Setting<std::vector<std::string>> servers{
    "agent.server",
    {},
    "HOST[:PORT]",
    "Servers that the daemon calls, in this order; none: the one that was joined",
    {.flag_of = {"daemon"}, .flag = "--server"}};
const Setting<std::vector<std::string>> listen{
    "agent.listen",
    {"127.0.0.1:1105"},
    "ADDRESS[:PORT]",
    "Where the daemon listens for servers that still dial; port 0 is a free one",
    {.flag_of = {"daemon"}, .flag = "--listen"}};
const Setting<std::string> pid_file{
    "daemon_pid",
    "",
    "FILE",
    "File that holds the daemon's pid while it runs; empty: none besides "
    "agent.lock in its folder",
    {.flag_of = {"daemon"}}};

template <class T>
Error about(const Setting<T>& setting, const Error& error) {
  return {error.code, fmt::format("{}: {}", setting.name(), error.message)};
}

// A daemon in the background has another working folder than the one it was started in. Symbolic
// links are not resolved: code that opens a file for writing must see that it is a link.
std::string absolute(const std::string& path) {
  if (path.empty() || path.starts_with('/')) return path;
  std::error_code error;
  const auto here = std::filesystem::current_path(error);
  return error ? path : (here / path).string();
}

LogTarget absolute(LogTarget target) {
  target.file = absolute(target.file);
  return target;
}

RunRules absolute(RunRules rules) {
  rules.script_folder = absolute(rules.script_folder);
  return rules;
}

Result<std::vector<Endpoint>> read_servers(const Settings& settings) {
  std::vector<Endpoint> all;
  for (const std::string& text : settings[servers]) {
    auto endpoint = parse_public_address(text);
    if (!endpoint) return fail(about(servers, endpoint.error()));
    all.push_back(*std::move(endpoint));
  }
  return all;
}

Result<std::vector<ListenAddress>> read_listen(const Settings& settings) {
  std::vector<ListenAddress> all;
  for (const std::string& text : settings[listen]) {
    auto address = parse_listen_address(text, agent_port);
    if (!address) return fail(about(listen, address.error()));
    all.push_back(*std::move(address));
  }
  return all;
}

}  // namespace

std::string AgentOptions::in_folder(std::string_view name) const {
  return fmt::format("{}/{}", folder, name);
}

Result<AgentOptions> read_agent_options(const Settings& settings) {
  if (settings[data].empty())
    return fail(Errc::invalid_argument, "{}: names no folder", data.name());
  auto endpoints = read_servers(settings);
  if (!endpoints) return fail(endpoints.error());
  auto addresses = read_listen(settings);
  if (!addresses) return fail(addresses.error());
  auto allow = legacy_allow(settings);
  if (!allow) return fail(allow.error());
  return AgentOptions{.folder = agent_folder(settings),
                      .servers = *std::move(endpoints),
                      .listen = *std::move(addresses),
                      .pid_file = absolute(settings[pid_file]),
                      .legacy_allow = *std::move(allow),
                      .legacy_scripts = legacy_scripts(settings),
                      .run = absolute(run_rules(settings)),
                      .keepalive_probe = keepalive_probe(settings),
                      .identity = IdentityFolder(absolute(identity_folder(settings).path())),
                      .log = absolute(log_target(settings))};
}

std::string agent_folder(const Settings& settings) {
  std::string folder = settings[data];
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  return absolute(folder);
}

}  // namespace mega
