// mega ping [--server ADDRESS] [--agent HOST]
//
// Prints who answers, as whom it knows us, and how long that took; exits 4 and says why when nobody
// does. From a host that has joined as an agent it reports the host's heartbeat. With --agent it
// tells whether the daemon of that host is there.
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/server_flags.h"
#include "hosts/agent/heartbeat.h"

#include <chrono>
#include <memory>

namespace mega {
namespace {

struct PingFlags {
  ServerFlags server;
  std::string agent;
};

std::string text_at(const Map& facts, std::string_view key) {
  const Value* value = facts.find(key);
  const auto* text = value ? value->as<std::string>() : nullptr;
  return text ? *text : "";
}

// "mega 1.0.0 knows you as root (admin)" from what whoami answers.
std::string describe(const Value& whoami) {
  const auto* facts = whoami.as<Map>();
  if (!facts) return "answers, but does not say who you are to it";
  const std::string name = text_at(*facts, "name");
  const std::string role = text_at(*facts, "role");
  const std::string who = name.empty() ? text_at(*facts, "peer") : name;
  return fmt::format("mega {} knows you as {} ({})", text_at(*facts, "version"), who, role);
}

bool is_agent(const Result<Value>& whoami) {
  const auto* facts = whoami ? whoami->as<Map>() : nullptr;
  return facts && text_at(*facts, "role") == "agent" && text_at(*facts, "door") == "tls";
}

// Without the instances: they are greeted once by the daemon, and not by every command. That the
// server is there has been told by then: a heartbeat that it does not take is a warning.
Result<void> report_heartbeat(Asker& asker, const Value& whoami) {
  const auto address = address_to_report(text_at(*whoami.as<Map>(), "peer"));
  if (!address) return fail(address.error());
  Envelope request = heartbeat(*address, read_host_facts(system_clock()), {});
  request.args.as<Map>()->set("instances", Value());
  const auto answer = asker.ask(request);
  if (!answer) {
    print_warning(
        fmt::format("the heartbeat of {} is not taken: {}", *address, answer.error().message));
    return {};
  }
  const auto read = heartbeat_answer_from(*answer);
  if (!read) return fail(read.error());
  return write_output(fmt::format(
      "heartbeat of {} taken{}\n", *address,
      read->registered
          ? ""
          : fmt::format("; the inventory does not have it: add_server ip={}", *address)));
}

Result<void> ping_server(const Target& target) {
  const auto start = std::chrono::steady_clock::now();
  const auto asker = connect_to(target);
  if (!asker) return fail(asker.error());
  const Envelope request{.function = "whoami"};
  const auto answer = (*asker)->ask(request);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;

  std::string what;
  if (answer) {
    what = describe(*answer);
  } else if (answer.error().code == Errc::unknown_function) {
    what = "a server of 2014 answers";
  } else {
    return fail(answer.error());
  }
  auto told = write_output(
      fmt::format("{}  {}  {:.1f} ms\n", to_text(target.endpoint), what, took.count()));
  if (!told || !is_agent(answer)) return told;
  return report_heartbeat(**asker, *answer);
}

// "db1  10.0.0.9  online  mega 1.0.0  heartbeat 2026-11-25 14:13:04  clock +75 s"
Result<void> ping_agent(const Target& target, const std::string& host) {
  const auto asker = connect_to(target);
  if (!asker) return fail(asker.error());
  const Envelope request{.function = "get_client", .args = Value(Map{{"name", host}})};
  const auto answer = (*asker)->ask(request);
  if (!answer) return fail(answer.error());
  const auto* facts = answer->as<Map>();
  if (!facts)
    return fail(Errc::corrupt, "the server answered {} where a map was due", kind_name(*answer));
  const Value* online = facts->find(std::string_view("online"));
  const bool is_online = online && *online == Value(1);
  const auto last = parse_time(text_at(*facts, "last_heartbeat"));
  const std::string heartbeat = last ? format_local(*last) : "never";
  const std::string name = text_at(*facts, "name");
  if (!is_online) {
    return fail(Errc::unavailable,
                "the daemon of {} has no connection; its last heartbeat was at {}", name,
                heartbeat);
  }
  const std::string drift = text_at(*facts, "drift");
  return write_output(fmt::format("{}  {}  online  mega {}  heartbeat {}{}{}\n", name,
                                  text_at(*facts, "ip"), text_at(*facts, "version"), heartbeat,
                                  drift.empty() ? "" : "  ", drift));
}

Result<void> ping(const PingFlags& flags) {
  const auto target = flags.server.target();
  if (!target) return fail(target.error());
  return flags.agent.empty() ? ping_server(*target) : ping_agent(*target, flags.agent);
}

const Registered<Command> command{{
    .name = "ping",
    .summary = "Check that a server, or the daemon of a host, is there",
    .example = "mega ping\nmega ping --server legacy:10.0.0.5\nmega ping --agent db1",
    .setup = [](ArgumentParser& parser) -> Run {
      auto flags = std::make_shared<PingFlags>();
      flags->server.declare(parser);
      parser
          .add_option("--agent", flags->agent,
                      "The name or address of a host whose daemon to look for")
          .type_name("HOST");
      return [flags] { return ping(*flags); };
    },
    .detail = "Exits 4 when nobody answers, or the daemon of the host has no connection to the "
              "server. On a host that has joined as an agent its heartbeat is reported, without "
              "the instances, which its daemon finds.",
}};

}  // namespace
}  // namespace mega
