// mega ping [--server ADDRESS]
//
// Prints who answers, as whom it knows us, and how long that took; exits 4 and says why when nobody
// does.
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/server_flags.h"

#include <chrono>
#include <memory>

namespace mega {
namespace {

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

Result<void> ping(const ServerFlags& server) {
  const auto target = server.target();
  if (!target) return fail(target.error());
  const auto start = std::chrono::steady_clock::now();
  const auto asker = connect_to(*target);
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
  return write_output(
      fmt::format("{}  {}  {:.1f} ms\n", to_text(target->endpoint), what, took.count()));
}

const Registered<Command> command{{
    .name = "ping",
    .summary = "Check that a server answers, and as whom it knows you",
    .example = "mega ping\nmega ping --server legacy:10.0.0.5",
    .setup = [](CLI::App& app) -> Run {
      auto server = std::make_shared<ServerFlags>();
      server->declare(app);
      return [server] { return ping(*server); };
    },
}};

}  // namespace
}  // namespace mega
