// client_ping(ip, version=None, **args) -> 1, or {registered, time, settings}
//
// The heartbeat of a host's daemon. Errors: not_allowed (another's host), invalid_argument,
// unavailable (store).
#include "access/store/authority.h"
#include "api/function.h"
#include "api/kinds.h"
#include "api/unwrapped.h"
#include "base/text.h"
#include "hosts/funcs/reported.h"
#include "hosts/server/heartbeat_settings.h"
#include "hosts/store/host_store.h"

namespace mega {
namespace {

const Service<const Authority> authority{"authority"};
const Service<const HeartbeatSettings> heartbeat_settings{"heartbeat settings"};

const Service<HostStore> host_store{"hosts"};

const Param<Address> ip{"ip", "address by which the inventory knows the host"};
const Param<std::optional<std::string>> version{"version", nullptr, "of its daemon", BytesMax{255}};
const Param<std::optional<Name>> name{"name", nullptr, "the host's own name"};
const Param<std::optional<Name>> os{"os", nullptr, "its system"};
const Param<std::optional<Name>> kernel{"kernel", nullptr, "its kernel"};
const Param<std::optional<Natural>> cpus{"cpus", nullptr, "how many it has"};
const Param<std::optional<Natural>> uptime{"uptime", nullptr, "seconds since it was started"};
const Param<Value> load{"load", nullptr, "of the last 1, 5 and 15 minutes", BytesMax{1 << 10}};
const Param<Value> memory{"memory", nullptr, "total, available, swap_total, swap_free in bytes",
                          BytesMax{1 << 10}};
const Param<Value> disks{"disks", nullptr, "folder, device, type, size, free, used_percent of each",
                         BytesMax{32 << 10}};
const Param<Value> addresses{"addresses", nullptr, "all of the host's", BytesMax{16 << 10}};
const Param<std::optional<Time>> clock_now{"clock", nullptr, "the time there"};
const Param<Value> instances{"instances", nullptr,
                             "port, socket, data, type, version of each that runs there",
                             BytesMax{256 << 10}};

// Daemons of 2014 and admins are identified by the address that they report.
std::string name_of_client(const Caller& caller, const std::string& address) {
  return caller.door == Door::tls ? caller.name : address;
}

Result<Heartbeat> heartbeat_of(const Context& context, const Args& args) {
  Heartbeat heartbeat{.ip = std::string(unmapped(args[ip].text)),
                      .version = args[version].value_or(""),
                      .host_name = text_of(args[name]).value_or(""),
                      .os = text_of(args[os]).value_or(""),
                      .kernel = text_of(args[kernel]).value_or(""),
                      .uptime_s = number_of(args[uptime])};
  heartbeat.name = name_of_client(context.caller, heartbeat.ip);
  if (const auto there = args[clock_now]) {
    heartbeat.clock_offset_s = there->seconds - context.clock.now().seconds;
  }
  const auto count = number_of(args[cpus]);
  auto facts = reported_facts({{"cpus", count ? Value(*count) : Value()},
                               {"load", args[load]},
                               {"memory", args[memory]},
                               {"disks", args[disks]},
                               {"addresses", args[addresses]}});
  if (!facts) return fail(facts.error());
  heartbeat.facts = *std::move(facts);
  auto found = reported_instances(args[instances]);
  if (!found) return fail(found.error());
  heartbeat.instances = *std::move(found);
  return heartbeat;
}

Value answer(const Context& context, bool registered) {
  if (context.caller.door == Door::legacy) {
    return registered ? Value(1) : Value("unregistered server");
  }
  Map settings;
  settings.set("keepalive", context[heartbeat_settings].keepalive.count());
  const Authority* const ca = context.find(authority);
  if (ca && ca->servers_since().seconds > 0) {
    settings.set("servers_since", ca->servers_since().seconds);
  }
  return Value(Map{{"registered", registered},
                   {"time", context.clock.now()},
                   {"settings", std::move(settings)}});
}

Result<Value> client_ping(Context& context, const Args& args) {
  const auto heartbeat = heartbeat_of(context, args);
  if (!heartbeat) return fail(heartbeat.error());
  context.author.args =
      fmt::format("ip='{}',version={}", heartbeat->ip, quoted(heartbeat->version));
  const auto registered = context[host_store].take_heartbeat(context.author, *heartbeat);
  if (!registered) return fail(registered.error());
  return answer(context, *registered);
}

const Registered<Function> function{{
    .name = "client_ping",
    .summary = "Take the heartbeat of a host's daemon",
    .params = {ip, version},
    .keywords = {name, os, kernel, cpus, uptime, load, memory, disks, addresses, clock_now,
                 instances},
    .takes_keywords = true,
    .of_2014 = true,
    .permission = Permission::agent,
    .keeps = "Keeps what is told; audited is only the address to which a name is bound.",
    .host_param = ip.name,
    .shape = Shape::value,
    .example = "mega call client_ping ip=10.0.0.1 version=1.0.0",
    .detail = "Answers a map: registered (the inventory has the host), time (of the server's "
              "clock), settings of\n"
              "the daemon: keepalive, the seconds until the next heartbeat, and after the server's "
              "key was\n"
              "replaced servers_since, before which no server's certificate may be issued. On the "
              "legacy dialect "
              "1, and to a\n"
              "host that the inventory does not have 'unregistered server'.",
    .run = client_ping,
}};

}  // namespace
}  // namespace mega
