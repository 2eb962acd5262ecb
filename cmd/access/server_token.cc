// mega server token --role ROLE [--ttl TIME] [--uses NUMBER] [--name NAME] [--address HOST[:PORT]]
//
// Prints a join token, and nothing else, on standard output.
#include "cmd/local_server.h"
#include "cmd/output.h"
#include "cmd/server_command.h"
#include "net/endpoint.h"
#include "net/listen.h"
#include "trust/token.h"

#include <memory>

namespace mega {
namespace {

struct TokenFlags {
  FlaggedSettings settings;
  std::string role, ttl = "1h", name, address;
  std::int64_t uses = 1;
};

bool is_loopback(const std::string& address) {
  const auto listening = parse_listen_address(address, server_port);
  return listening && listening->loopback;
}

void explain(const Token& token) {
  if (is_loopback(token.address)) {
    print_warning(
        fmt::format("the token names {}, which other hosts do not reach: --address "
                    "HOST[:PORT] or the setting `advertise` says where they do",
                    token.address));
  }
  if (!is_terminal(stderr)) return;
  print_warning(fmt::format("until {}, on the host that joins: mega join TOKEN",
                            format_local(token.expires)));
}

Result<void> make_token(const TokenFlags& flags) {
  const auto asker = open_local_server(flags.settings);
  if (!asker) return fail(asker.error());
  const auto answer = (*asker)->ask(call_of("add_token", {.named = {{"role", flags.role},
                                                                    {"ttl", flags.ttl},
                                                                    {"uses", flags.uses},
                                                                    {"name", flags.name},
                                                                    {"address", flags.address}}}));
  if (!answer) return fail(answer.error());
  const auto* text = answer->as<std::string>();
  if (!text) return fail(Errc::corrupt, "the server answers no token");
  if (const auto token = parse_token(*text)) explain(*token);
  return write_output(*text + "\n");
}

Run set_up_token(ArgumentParser& parser) {
  auto flags = std::make_shared<TokenFlags>();
  flags->settings.declare_named(parser, "data");
  parser.add_option("--role", flags->role, "agent for a host, operator or reader for a person")
      .type_name("ROLE")
      .required();
  parser.add_option("--ttl", flags->ttl, "How long it can be spent")
      .type_name("TIME")
      .show_default();
  parser.add_option("--uses", flags->uses, "How often it can be spent")
      .type_name("NUMBER")
      .show_default();
  parser
      .add_option("--name", flags->name,
                  "Whose it is; other certificates of that name end when it is spent")
      .type_name("NAME");
  parser
      .add_option("--address", flags->address,
                  "Where who joins reaches this server; unless given the setting `advertise`, else "
                  "where it listens")
      .type_name("HOST[:PORT]");
  return [flags] { return make_token(*flags); };
}

const Registered<ServerCommand> command{{{
    .name = "token",
    .summary = "Make a one-time token with which a host or a user joins",
    .example =
        "mega server token --role agent\nmega server token --role operator --name ada@laptop",
    .setup = set_up_token,
    .detail =
        "Whoever has the token can spend it, once, in that role, until it expires: send it as "
        "you would send a password. The server keeps only its hash.",
}}};

}  // namespace
}  // namespace mega
