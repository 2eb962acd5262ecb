#include "hosts/agent/heartbeat.h"

#include "base/host.h"

#include <algorithm>

namespace mega {
namespace {

constexpr std::int64_t keepalive_s_min = 1;
constexpr std::int64_t keepalive_s_max = 24LL * 3600;

// "10.0.0.9" from "10.0.0.9:50003", "fd00::9" from "[fd00::9]:50003".
std::string_view without_port(std::string_view peer) {
  const auto colon = peer.rfind(':');
  if (peer.starts_with('[')) return peer.substr(1, peer.find(']') - 1);
  return peer.find(':') == colon ? peer.substr(0, colon) : peer;
}

}  // namespace

Result<std::string> address_to_report(std::string_view peer) {
  const std::string from(without_port(peer));
  const auto own = host_addresses();
  if (std::ranges::find(own, from) != own.end()) return from;
  if (from.starts_with("127.") && (from != "127.0.0.1" || own.empty())) return from;
  return host_address();
}

Envelope heartbeat(const std::string& ip, const HostFacts& facts,
                   const std::vector<FoundInstance>& instances) {
  Map arguments{{"ip", ip}, {"version", MEGA_VERSION}};
  const Map told = to_map(facts);
  for (const auto& [key, value] : told.entries()) arguments.set(key, value);
  arguments.set("instances", to_value(instances));
  return {.function = "client_ping", .args = Value(std::move(arguments))};
}

Result<HeartbeatAnswer> heartbeat_answer_from(const Value& answer) {
  if (answer == Value(1)) return HeartbeatAnswer{};
  if (answer == Value("unregistered server")) return HeartbeatAnswer{.registered = false};
  const auto* map = answer.as<Map>();
  if (!map) return fail(Errc::corrupt, "{} is no answer to a heartbeat", kind_name(answer));
  HeartbeatAnswer read;
  if (const Value* known = map->find(std::string_view("registered"))) {
    read.registered = *known != Value(false);
  }
  const Value* settings = map->find(std::string_view("settings"));
  if (const auto* named = settings ? settings->as<Map>() : nullptr) read.settings = *named;
  const Value* keepalive = read.settings.find(std::string_view("keepalive"));
  const auto* seconds = keepalive ? keepalive->as<std::int64_t>() : nullptr;
  if (seconds && *seconds >= keepalive_s_min && *seconds <= keepalive_s_max) {
    read.keepalive = std::chrono::seconds(*seconds);
  }
  const Value* since = read.settings.find(std::string_view("servers_since"));
  if (const auto* time = since ? since->as<std::int64_t>() : nullptr) read.servers_since = {*time};
  return read;
}

}  // namespace mega
