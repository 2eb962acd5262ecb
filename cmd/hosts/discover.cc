// mega discover [--add] [--where CONDITION] [-o FORMAT]
//
// Lists the differences between the inventory and the instances that daemons found on their hosts.
// With --add adds the found instances that the inventory does not have.
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/render.h"
#include "cmd/server_flags.h"
#include "net/socket_address.h"

#include <memory>

namespace mega {
namespace {

struct DiscoverFlags {
  ServerFlags server;
  FormatFlag format;
  std::string where;
  bool add = false;
};

Envelope request_of(const DiscoverFlags& flags) {
  Map arguments;
  if (!flags.where.empty()) arguments.set("where", flags.where);
  return {.function = "get_discovered", .args = Value(std::move(arguments))};
}

std::string text_at(const Map& row, std::string_view key) {
  const Value* value = row.find(key);
  const auto* text = value ? value->as<std::string>() : nullptr;
  return text ? *text : "";
}

std::int64_t number_at(const Map& row, std::string_view key) {
  const Value* value = row.find(key);
  const auto* number = value ? value->as<std::int64_t>() : nullptr;
  return number ? *number : 0;
}

// The instance is new and has a TCP port.
bool can_be_added(const Map& row) {
  return text_at(row, "state") == "found" && number_at(row, "port") > 0;
}

// "10.0.0.9:3306 MariaDB 10.11.6"; an instance without a port is named by its unix socket.
std::string describe(const Map& row) {
  const std::int64_t port = number_at(row, "port");
  const std::string place =
      port > 0 ? host_and_port(text_at(row, "ip"), static_cast<std::uint16_t>(port))
               : text_at(row, "ip") + " " + text_at(row, "socket");
  return fmt::format("{} {} {}", place, text_at(row, "db_type"), text_at(row, "version"));
}

Result<void> add(Asker& asker, const Map& row) {
  constexpr int single = 3;  // a daemon does not tell the role: no master or slave is claimed
  Map arguments{
      {"ip", text_at(row, "ip")}, {"port", number_at(row, "port")}, {"instance_role", single}};
  const std::pair<const char*, std::string> told[] = {
      {"instance_db_type", text_at(row, "db_type")}, {"instance_version", text_at(row, "version")}};
  for (const auto& [name, text] : told) {
    if (!text.empty()) arguments.set(name, text);
  }
  const Envelope request{.function = "add_instance", .args = Value(std::move(arguments))};
  const auto answer = asker.ask(request);
  if (!answer) return fail(answer.error());
  return write_output(fmt::format("added {}\n", describe(row)));
}

// Ends at the first failure: the next ones would fail in the same way.
Result<void> add_all(Asker& asker, const Envelope& request) {
  const auto answer = asker.ask(request);
  if (!answer) return fail(answer.error());
  const auto* rows = answer->as<List>();
  if (!rows)
    return fail(Errc::corrupt, "the server answered {} where rows were due", kind_name(*answer));
  std::size_t left = 0;
  for (const Value& item : *rows) {
    const auto* row = item.as<Map>();
    if (!row || !can_be_added(*row)) {
      ++left;
      continue;
    }
    if (auto added = add(asker, *row); !added) {
      return fail(added.error().code, "{} is not added: {}", describe(*row), added.error().message);
    }
  }
  if (left > 0) {
    print_note(fmt::format("{} other difference{} left: mega discover lists them", left,
                           left == 1 ? " is" : "s are"));
  }
  return {};
}

Result<void> discover(const DiscoverFlags& flags) {
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  const auto asker = flags.server.connect();
  if (!asker) return fail(asker.error());
  if (flags.add) return add_all(**asker, request_of(flags));
  const auto text = ask_and_render(**asker, request_of(flags), *format);
  if (!text) return fail(text.error());
  return write_styled(*text);
}

const Registered<Command> command{{
    .name = "discover",
    .summary = "Show where the inventory and what runs on the hosts differ",
    .example = "mega discover\nmega discover --add --where 'ip=10.20.0.11'",
    .setup = [](ArgumentParser& parser) -> Run {
      auto flags = std::make_shared<DiscoverFlags>();
      flags->server.declare(parser);
      flags->format.declare(parser);
      parser
          .add_option("--where", flags->where,
                      "Only those that the condition selects; see mega help conditions")
          .type_name("CONDITION");
      parser.add_flag("--add", flags->add, "Add what was found to the inventory");
      return [flags] { return discover(*flags); };
    },
    .detail =
        "Daemons find the MySQL and MariaDB instances of their hosts and tell of them with "
        "each heartbeat. States: found (runs, and is not in the inventory), offline (runs, "
        "and was taken out of it), vanished (is in it, and does not run), version (runs "
        "another one than the inventory says), contained (runs in the network of a "
        "container). --add takes in what is found, with its type and version and the role single; "
        "the rest is left to you.",
}};

}  // namespace
}  // namespace mega
