// Envelopes with TYPE 1, a script on the hosts of TARGET: turns them into a call of remote_task,
// which waits for the end unless the envelope has a TIME.
#include "api/hooks.h"

namespace mega {
namespace {

constexpr std::string_view remote_function = "remote_task";

// The arguments of the script: positional arguments, where a single list gives several and a single
// map gives one; named arguments become one map. Peers of 2014 may also send text that is not a
// literal, as one argument.
Result<Value> script_arguments(const Envelope& envelope) {
  auto given = call_arguments(envelope);
  if (!given) {
    if (envelope.id == 0 && envelope.args.is<std::string>()) return envelope.args;
    return fail(given.error());
  }
  List arguments = std::move(given->positional);
  if (!given->named.empty()) {
    std::vector<MapEntry> named;
    for (auto& [name, value] : given->named) named.push_back({name, std::move(value)});
    arguments.emplace_back(Map::from_entries(std::move(named)));
  }
  if (arguments.empty()) return Value();
  if (arguments.size() == 1) return std::move(arguments.front());
  return Value(std::move(arguments));
}

Result<Envelope> call_of_remote(const Envelope& envelope) {
  if (envelope.type != 1) {
    return fail(Errc::bad_envelope,
                "TYPE takes 0 (a function of the server) or 1 (a script on the hosts of TARGET), "
                "not {}",
                envelope.type);
  }
  auto arguments = script_arguments(envelope);
  if (!arguments) return fail(arguments.error());
  Envelope call = envelope;
  call.function = remote_function;
  Map named{{"cmd", envelope.function}, {"hosts", envelope.target}};
  if (!arguments->is_none()) named.set("args", *std::move(arguments));
  if (!envelope.time.empty()) named.set("wait", false);
  call.args = std::move(named);
  call.type = 0;
  call.target = Value();
  return call;
}

const Registered<EnvelopeHook> hook{{
    .name = "remote task",
    .function = remote_function,
    .takes = [](const Envelope& envelope) { return envelope.type != 0; },
    .call_of = call_of_remote,
}};

}  // namespace
}  // namespace mega
