// mega server access NAME FUNCTION [ARGS...] [--target HOST] [--role ROLE] [--address ADDRESS]
//
// Tells whether another caller may make a call, and why; asks the server of this host at its unix
// socket. The call is not made.
#include "cmd/call_words.h"
#include "cmd/server_command.h"
#include "cmd/setting_flags.h"
#include "cmd/verdict.h"
#include "net/client.h"
#include "server/data_folder.h"

#include <memory>

namespace mega {
namespace {

struct AccessFlags {
  FlaggedSettings settings;
  std::string name;
  std::string function;
  std::vector<std::string> words;
  std::string role;
  std::string address;
  std::vector<std::string> target;
};

Result<void> access(const AccessFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  const Function* function = flags.target.empty() ? find_function(flags.function) : nullptr;
  const auto arguments = arguments_from_words(function, flags.words);
  if (!arguments) return fail(arguments.error());
  CallArguments explained = explain_arguments(flags.function, *arguments, flags.target);
  explained.named.emplace_back("name", Value(flags.name));
  if (!flags.role.empty()) explained.named.emplace_back("role", Value(flags.role));
  if (!flags.address.empty()) explained.named.emplace_back("address", Value(flags.address));

  const Endpoint endpoint{.kind = Endpoint::Kind::unix_socket, .host = socket_path(*settings)};
  const auto asker = Asker::open(endpoint, {});
  if (!asker) return fail(asker.error());
  return print_verdict(**asker, explained);
}

Run set_up_access(ArgumentParser& parser) {
  auto flags = std::make_shared<AccessFlags>();
  flags->settings.declare_named(parser, "data");
  parser.add_option("NAME", flags->name, "Who would call").required();
  parser.add_option("FUNCTION", flags->function, "What would be called").required();
  parser.add_option("ARGS", flags->words, "Its arguments, as those of mega call");
  parser
      .add_option("--role", flags->role,
                  "What NAME is: reader, agent or operator; needed for who has not joined")
      .type_name("ROLE");
  parser
      .add_option("--address", flags->address,
                  "Where NAME calls from; an agent may speak for that host only")
      .type_name("ADDRESS");
  parser
      .add_option("--target", flags->target,
                  "Hosts, repeated or separated by commas: FUNCTION is a script for them, as with "
                  "mega call --type 1")
      .type_name("HOST")
      .one_value_each()
      .delimiter(',');
  return [flags] { return access(*flags); };
}

const Registered<ServerCommand> command{{{
    .name = "access",
    .summary = "Tell whether somebody may make a call, and why",
    .example = "mega server access deploy remote_cmd ip=10.0.0.1 port=3306 cmd=disk_free.sh "
               "cmd_type=bash\n"
               "mega server access deploy disk_free.sh --target db1,db2\n"
               "mega server access db1 client_ping ip=10.0.0.1 --role agent --address 10.0.0.1",
    .setup = set_up_access,
    .detail = "The server decides as it would decide about the call itself, which is not made. "
              "Exit code 0: allowed; 6: not allowed, and the sentence on standard error says which "
              "role or rule decided.",
}}};

}  // namespace
}  // namespace mega
