// mega join TOKEN|@FILE|- [--name NAME] [--force]
//
// Makes a key here, spends the token for its certificate, keeps both, and prints who this host or
// user now is and to whom.
#include "access/agent/joining.h"
#include "base/host.h"
#include "base/text.h"
#include "cmd/batch.h"
#include "cmd/command.h"
#include "cmd/output.h"
#include "cmd/setting_flags.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <memory>

namespace mega {
namespace {

// Beyond this a clock is worth a word: certificates begin and end by it.
constexpr std::chrono::seconds clock_difference_told{60};

struct JoinFlags {
  FlaggedSettings settings;
  std::string token;
  std::string name;
  bool force = false;
};

std::string user_name() {
  passwd entry{};
  passwd* user = nullptr;
  std::array<char, 4096> fields{};
  ::getpwuid_r(::geteuid(), &entry, fields.data(), fields.size(), &user);
  return user ? user->pw_name : fmt::format("uid{}", ::geteuid());
}

// The host for root, the user of the host for others; empty when the host has no name.
std::string default_name() {
  const auto host = host_name();
  if (!host) return "";
  return ::geteuid() == 0 ? *host : fmt::format("{}@{}", user_name(), *host);
}

void warn_of_clock(std::chrono::seconds ahead) {
  if (std::chrono::abs(ahead) < clock_difference_told) return;
  print_warning(
      fmt::format("the clock here is {} s {} the server's: set one of them right before a "
                  "certificate ends by it",
                  std::chrono::abs(ahead).count(), ahead.count() > 0 ? "ahead of" : "behind"));
}

// The token itself, or that of a file (@FILE) or of standard input (-).
Result<Token> read_token(const std::string& given) {
  const bool is_file = given.starts_with('@');
  if (!is_file && given != "-") return parse_token(given);
  const auto text = read_input(is_file ? given.substr(1) : given);
  if (!text) return fail(text.error());
  return parse_token(trim(*text));
}

Result<void> join(const JoinFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  auto token = read_token(flags.token);
  if (!token) return fail(token.error());
  const auto open = [](const Endpoint& endpoint, std::string_view pin) {
    return Asker::open_to_join(endpoint, {}, pin);
  };
  const auto joined = join_site({.token = *std::move(token),
                                 .name = flags.name,
                                 .default_name = default_name(),
                                 .force = flags.force},
                                identity_folder(*settings), open, system_clock());
  if (!joined) return fail(joined.error());
  warn_of_clock(joined->clock_ahead);
  const Identity& identity = joined->identity;
  return write_output(fmt::format("joined {} as {} ({}) at {}; certificate until {}\n",
                                  identity.site, identity.name, identity.role, joined->server,
                                  format_local(identity.until)));
}

const Registered<Command> command{{
    .name = "join",
    .summary = "Make this host or user known to a server, with a token of its",
    .example = "mega join mega1-AQIAAAA...\nmega join - --name db01.example <token",
    .setup = [](ArgumentParser& parser) -> Run {
      auto flags = std::make_shared<JoinFlags>();
      flags->settings.declare_named(parser, "tls_dir");
      parser
          .add_option(
              "TOKEN", flags->token,
              "What `mega server token` printed; -: read it from standard input, @FILE: from "
              "a file")
          .required();
      parser
          .add_option("--name", flags->name,
                      "How the server shall know it; unless given the host's name for root, else "
                      "USER@HOST")
          .type_name("NAME");
      parser.add_flag("--force", flags->force,
                      "Join although this host or user has joined already, with a new key");
      return [flags] { return join(*flags); };
    },
    .detail =
        "Every user of the host can read arguments in the list of processes; mega overwrites "
        "a token there as soon as it starts, but the shell's history keeps it. In scripts, and "
        "where other users work, give it by - or @FILE.\n\n"
        "The key is made here and stays here, with its certificate, in /etc/mega/tls for root "
        "and in ~/.config/mega/tls for others. From then on HOST[:PORT] in --server means TLS "
        "with that certificate, which renews itself while it is used. A join that was cut off "
        "is finished by the same command.",
}};

}  // namespace
}  // namespace mega
