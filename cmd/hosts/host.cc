// mega host [--name | --address] [-o json]
//
// Prints this machine's name and address, as the seed's get_ip_address did. Asks no server.
#include "base/host.h"
#include "cmd/command.h"
#include "cmd/output.h"
#include "value/json.h"

#include <memory>

namespace mega {
namespace {

struct HostFlags {
  bool name = false;
  bool address = false;
  std::string format = "text";
};

// The requested facts, in the order of the flags' help.
Result<Map> facts_of(const HostFlags& flags) {
  Map facts;
  if (flags.name || !flags.address) {
    auto name = host_name();
    if (!name) return fail(name.error());
    facts.set("name", std::move(*name));
  }
  if (flags.address || !flags.name) {
    auto address = host_address();
    if (!address) return fail(address.error());
    facts.set("address", std::move(*address));
  }
  return facts;
}

Result<void> print_host(const HostFlags& flags) {
  auto facts = facts_of(flags);
  if (!facts) return fail(facts.error());
  if (flags.format == "json") return write_output(to_json(Value(std::move(*facts))) + "\n");
  std::string line;
  for (const auto& [key, value] : facts->entries()) {
    line += (line.empty() ? "" : "  ") + *value.as<std::string>();
  }
  return write_output(line + "\n");
}

const Registered<Command> command{{
    .name = "host",
    .summary = "Print this machine's name and address",
    .example = "mega host\nmega host --address",
    .setup = [](ArgumentParser& parser) -> Run {
      auto flags = std::make_shared<HostFlags>();
      parser.add_flag("--name", flags->name, "Only the name");
      parser.add_flag("--address", flags->address,
                      "Only the address: that of the default route, IPv4 rather than IPv6");
      parser.add_option("-o,--output", flags->format, "text or json")
          .type_name("FORMAT")
          .one_of({"text", "json"})
          .show_default();
      return [flags] { return print_host(*flags); };
    },
}};

}  // namespace
}  // namespace mega
