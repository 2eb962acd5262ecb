#include "cmd/local_server.h"

#include "server/data_folder.h"

namespace mega {

Result<std::unique_ptr<Asker>> open_local_server(const FlaggedSettings& flags) {
  const auto settings = flags.load();
  if (!settings) return fail(settings.error());
  const Endpoint endpoint{.kind = Endpoint::Kind::unix_socket, .host = socket_path(*settings)};
  return Asker::open(endpoint, {});
}

Envelope call_of(std::string_view function, const CallArguments& arguments) {
  Envelope envelope{.function = std::string(function)};
  // As text, which can hold any literal.
  if (arguments != CallArguments{}) envelope.args = to_python(arguments);
  return envelope;
}

}  // namespace mega
