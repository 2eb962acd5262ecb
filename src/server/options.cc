#include "server/options.h"

#include "api/describe.h"
#include "api/function.h"
#include "api/rule_check.h"
#include "base/data_folder.h"
#include "base/text.h"
#include "net/endpoint.h"
#include "net/keepalive.h"
#include "server/data_folder.h"
#include "trust/legacy_allow.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <thread>

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const SettingRules at_least_one{.min = 1, .max = 1'000'000, .flag_of = {"server"}};
const SettingRules some_time{.min = 1, .max = 7LL * 24 * 3600 * 1000, .flag_of = {"server"}};

const Setting<std::vector<std::string>> listen{"listen",
                                               {"127.0.0.1:1104"},
                                               "ADDRESS[:PORT]",
                                               "Where the server listens; port 0 is a free one",
                                               {.flag_of = {"server"}}};
const Setting<std::string> advertise{
    "advertise",
    "",
    "HOST[:PORT]",
    "Where others reach the server, for join tokens; empty: where it listens",
    {.flag_of = {"server"}}};
const Setting<std::string> store{"store",
                                 "sqlite",
                                 "KIND",
                                 "What the server keeps its data in",
                                 {.choices = {"sqlite"}, .flag_of = {"server"}}};
const Setting<std::int64_t> workers{"workers",
                                    0,
                                    "NUMBER",
                                    "Functions that run at once; 0: one for each core, at least 2",
                                    {.min = 0, .max = 256, .flag_of = {"server"}}};

const Setting<std::int64_t> schedules_parallel{"schedules.parallel",
                                               4,
                                               "NUMBER",
                                               "Scheduled calls that run at once",
                                               {.min = 1, .max = 64, .flag_of = {"server"}}};
const Setting<std::string> legacy_role{
    "legacy.role",
    "reader",
    "ROLE",
    "What those peers may do",
    {.choices = {"reader", "agent", "operator"}, .flag_of = {"server"}}};
const Setting<std::vector<std::string>> legacy_functions{
    "legacy.functions",
    {},
    "NAME",
    "The functions that they may call; none listed: all",
    {.flag_of = {"server"}}};

const Setting<std::vector<std::string>> rules{
    "rules",
    {},
    "RULE",
    "What a role or a name may not call, or may call only; none: roles decide",
    {.flag_of = {"server"}}};

const Setting<milliseconds> keepalive{
    "keepalive",
    seconds(300),
    "TIME",
    "Between two heartbeats of a host, told to its daemon",
    {.min = 1000, .max = 24LL * 3600 * 1000, .flag_of = {"server"}}};

const Setting<std::int64_t> connections_max{"limits.connections", 20000, "NUMBER",
                                            "Open connections over TCP; unless set, no more than "
                                            "the system allows open files",
                                            at_least_one};
const Setting<std::int64_t> connections_per_address_max{
    "limits.connections_per_address", 1000, "NUMBER",
    "Open connections under one name, or without a certificate from one address (IPv6: from one "
    "/64)",
    at_least_one};
const Setting<std::int64_t> requests_max{
    "limits.requests", 1000, "NUMBER",
    "Requests that run or wait for a worker; one caller gets half of them at most", at_least_one};
const Setting<std::int64_t> waits_max{
    "limits.waits", 10000, "NUMBER",
    "Requests that wait for news of a task; one caller gets half of them at most", at_least_one};
const Setting<std::int64_t> requests_per_connection_max{
    "limits.requests_per_connection", 64, "NUMBER",
    "Requests under way on one connection; beyond that it is not read from", at_least_one};
const Setting<ByteCount> frame_bytes_max{"limits.frame",
                                         {64 << 20},
                                         "BYTES",
                                         "The largest frame",
                                         {.min = 1024, .max = 1LL << 30, .flag_of = {"server"}}};
const Setting<ByteCount> held_bytes_max{
    "limits.held",
    {512 << 20},
    "BYTES",
    "Requests, as received and as parsed, that are held at once, and as much again of answers; one "
    "caller gets half at most; at least six of the largest frame",
    {.min = 1 << 20, .max = 1LL << 40, .flag_of = {"server"}}};
const Setting<milliseconds> frame_time{"limits.frame_time", seconds(30), "TIME",
                                       "From a frame's first byte to its last", some_time};
const Setting<milliseconds> answer_time{"limits.answer_time", seconds(30), "TIME",
                                        "For a peer to take some of an answer that is ready",
                                        some_time};
const Setting<milliseconds> idle_time{"limits.idle_time",
                                      seconds(0),
                                      "TIME",
                                      "Between two frames on a connection; 0: no limit",
                                      {.flag_of = {"server"}}};
const Setting<milliseconds> function_time{
    "limits.function_time", seconds(600), "TIME",
    "How long a function may take before its caller is told that it timed out", some_time};

const Setting<milliseconds> task_patience{"tasks.patience", seconds(15), "TIME",
                                          "How long tasks wait for a daemon that went away, unless "
                                          "they say so themselves, and for one that "
                                          "does not tell what must be over",
                                          some_time};
const Setting<milliseconds> task_lost_after{"tasks.lost_after", std::chrono::hours(24), "TIME",
                                            "How long a host may take to come back that went away "
                                            "without a word of how long its task may run",
                                            some_time};
const Setting<milliseconds> task_keep{"tasks.keep",
                                      std::chrono::hours(24 * 90),
                                      "TIME",
                                      "How long tasks that have ended, and their output, are kept",
                                      {.min = 1000, .flag_of = {"server"}}};

// An error about one setting, with the setting's name in front.
template <class T>
Error about(const Setting<T>& setting, const Error& error) {
  return {error.code, fmt::format("{}: {}", setting.name(), error.message)};
}

Limits read_limits(const Settings& settings) {
  const auto number = [&](const Setting<std::int64_t>& s) { return static_cast<int>(settings[s]); };
  return {.connections_max = number(connections_max),
          .connections_per_address_max = number(connections_per_address_max),
          .requests_max = number(requests_max),
          .waits_max = number(waits_max),
          .requests_per_connection_max = number(requests_per_connection_max),
          .frame_bytes_max = static_cast<std::size_t>(settings[frame_bytes_max].bytes),
          .held_bytes_max = static_cast<std::size_t>(
              std::max(settings[held_bytes_max].bytes, 6 * settings[frame_bytes_max].bytes)),
          .frame_time = settings[frame_time],
          .answer_time = settings[answer_time],
          .idle_time = settings[idle_time],
          .function_time = settings[function_time],
          .keepalive_probe = keepalive_probe(settings)};
}

TaskEngineOptions read_tasks(const Settings& settings) {
  return {.patience = {.away = settings[task_patience], .lost = settings[task_lost_after]},
          .keep = std::chrono::duration_cast<seconds>(settings[task_keep])};
}

// More threads than cores gain nothing: functions compute, or wait for the same disk.
int read_workers(const Settings& settings) {
  const auto number = static_cast<int>(settings[workers]);
  if (number > 0) return number;
  return std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 2, 16);
}

Result<std::vector<ListenAddress>> read_listen(const Settings& settings) {
  std::vector<ListenAddress> all;
  for (const std::string& text : settings[listen]) {
    auto address = parse_listen_address(text, server_port);
    if (!address) return fail(about(listen, address.error()));
    all.push_back(std::move(*address));
  }
  return all;
}

Result<std::set<std::string>> read_legacy_functions(const Settings& settings) {
  std::set<std::string> names;
  std::vector<std::string> known;
  for (const Function* function : all_functions()) known.emplace_back(function->name);
  for (const std::string& name : settings[legacy_functions]) {
    if (!find_function(name)) {
      return fail(Errc::invalid_argument, "legacy.functions: there is no function {}{}",
                  mega::quoted(name), did_you_mean(name, known));
    }
    names.insert(name);
  }
  return names;
}

Result<std::vector<Rule>> read_rules(const Settings& settings) {
  std::vector<Rule> all;
  for (const std::string& text : settings[rules]) {
    auto rule = parse_rule(text);
    if (!rule) {
      Error error = about(rules, rule.error());
      error.message += "; a comma parts two rules here: write \"or\" between functions";
      return fail(std::move(error));
    }
    if (const auto good = check_rule(*rule); !good) return fail(about(rules, good.error()));
    all.push_back(std::move(*rule));
  }
  return all;
}

}  // namespace

Result<ServerOptions> read_options(const Settings& settings) {
  ServerOptions options;
  options.folder = data_folder(settings);
  if (options.folder.empty()) return fail(Errc::invalid_argument, "data: names no folder");

  auto addresses = read_listen(settings);
  if (!addresses) return fail(addresses.error());
  options.listen = std::move(*addresses);

  options.advertise = settings[advertise];
  if (!options.advertise.empty()) {
    if (auto checked = parse_public_address(options.advertise); !checked) {
      return fail(about(advertise, checked.error()));
    }
  }

  auto allow = legacy_allow(settings);
  if (!allow) return fail(allow.error());
  auto daemons = daemon_networks(settings);
  if (!daemons) return fail(daemons.error());
  options.daemons = *std::move(daemons);
  const auto role = parse_role(settings[legacy_role]);
  if (!role) return fail(about(legacy_role, role.error()));
  options.legacy = {.allow = std::move(*allow), .role = *role};

  auto functions = read_legacy_functions(settings);
  if (!functions) return fail(functions.error());
  options.legacy_functions = std::move(*functions);

  auto narrowing = read_rules(settings);
  if (!narrowing) return fail(narrowing.error());
  options.rules = std::move(*narrowing);

  options.heartbeats.keepalive = std::chrono::ceil<seconds>(settings[keepalive]);
  auto mail = read_mailer_options(settings);
  if (!mail) return fail(mail.error());
  options.mail = *std::move(mail);
  auto lookout = read_lookout_options(settings);
  if (!lookout) return fail(lookout.error());
  options.lookout = *std::move(lookout);

  options.limits = read_limits(settings);
  options.connections_set = settings.origin(connections_max.name())->place != "default";
  options.workers = read_workers(settings);
  options.tasks = read_tasks(settings);
  options.schedules_parallel = static_cast<int>(settings[schedules_parallel]);
  options.log = log_target(settings);
  return options;
}

std::string warning_of_clear(const ServerOptions& options) {
  const bool open =
      std::ranges::any_of(options.listen, [](const ListenAddress& a) { return !a.loopback; });
  if (!open || !options.legacy.allow.reach_beyond_loopback()) return {};
  return fmt::format(
      "legacy.allow reaches beyond this host: callers of 2014 from there speak in the clear and "
      "are known by their address only, as {}",
      name_of(options.legacy.role));
}

std::vector<std::string> warnings_of_names(const std::vector<Rule>& rules,
                                           const std::function<bool(std::string_view)>& is_known) {
  const std::vector<std::string> roles{"reader", "agent", "operator"};
  std::vector<std::string> warnings;
  for (const Rule& rule : rules) {
    if (!is_exact(rule.who) || parse_role(rule.who) || is_known(rule.who)) continue;
    const std::string meant = did_you_mean(rule.who, roles);
    if (meant.empty()) continue;
    warnings.push_back(
        fmt::format("the rule {} is for a caller named {}, and nobody of that name has joined{}",
                    quoted(rule.text, 200), quoted(rule.who), meant));
  }
  return warnings;
}

}  // namespace mega
