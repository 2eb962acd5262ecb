#include "cmd/mail/mail_queue.h"

#include "agent/options.h"
#include "base/lock_file.h"
#include "cmd/output.h"
#include "mail/format/message_map.h"

namespace mega {
namespace {

constexpr std::int64_t attachments_max = 40 << 20;  // a frame has 64 MiB, and base64 adds a third

Result<void> check_attachments(const Message& message) {
  std::int64_t total = 0;
  for (const Attachment& file : message.attachments) total += file.bytes;
  if (total <= attachments_max) return {};
  return fail(Errc::failed,
              "the queue takes attachments of {} in all; without --queue there "
              "is no limit but the relay's",
              format_bytes({attachments_max}));
}

Envelope call(std::string_view function, Map arguments) {
  Envelope envelope{.function = std::string(function)};
  envelope.args = Value(std::move(arguments));
  return envelope;
}

// nullopt: no daemon runs.
Result<std::optional<MailKeeper>> daemon_here(const Settings& settings) {
  const std::string folder = agent_folder(settings);
  const auto pid = LockFile::holder(folder + "/" + agent_lock_name);
  if (!pid || !*pid) return std::nullopt;
  auto asker = Asker::open(
      {.kind = Endpoint::Kind::unix_socket, .host = folder + "/" + agent_socket_name}, {});
  if (!asker) return fail(asker.error());
  return MailKeeper{.asker = *std::move(asker), .is_daemon = true};
}

Result<MailKeeper> server_at(const Target& target) {
  auto asker = connect_to(target);
  if (!asker) return fail(asker.error());
  return MailKeeper{.asker = *std::move(asker)};
}

}  // namespace

Result<MailKeeper> find_mail_keeper(const ServerFlags& server, const Settings& settings) {
  const auto target = server.target();
  if (server.named() || (target && target->endpoint.kind == Endpoint::Kind::unix_socket)) {
    return target ? server_at(*target) : fail(target.error());
  }
  auto daemon = daemon_here(settings);
  if (daemon && *daemon) return *std::move(*daemon);
  if (target && !target->guessed) return server_at(*target);
  if (!daemon) return fail(daemon.error());
  if (!target) return fail(target.error());
  return fail(Errc::unavailable,
              "nobody here keeps mail: no server or daemon runs on this host, and no server is "
              "joined or named (`mega daemon`, --server)");
}

Result<std::string> leave_in_queue(MailKeeper& keeper, const Message& message) {
  if (auto fits = check_attachments(message); !fits) return fail(fits.error());
  auto words = map_of(message);
  if (!words) return fail(words.error());
  if (keeper.is_daemon) {
    words->set("id", message.token);
    words->set("date", message.date.seconds);
  }
  Map arguments = keeper.is_daemon ? Map{{"mail", *std::move(words)}} : *std::move(words);
  const auto id =
      keeper.asker->ask(call(keeper.is_daemon ? "take_mail" : "send_mail", std::move(arguments)));
  if (!id) return fail(id.error());
  const auto* number = id->as<std::int64_t>();
  if (!number) return fail(Errc::corrupt, "the answer to a mail is no id");
  if (keeper.is_daemon) {
    return fmt::format("the daemon of this host keeps it as {} until a server has it", *number);
  }
  return fmt::format("it is in the server's queue as {}", *number);
}

Result<void> print_queue(Asker& asker, bool all, Format format) {
  const auto text = ask_and_render(asker, call("get_all_mail", {{"stat", all ? 0 : 1}}), format);
  if (!text) return fail(text.error());
  return write_styled(*text);
}

Result<void> change_queue(Asker& asker, std::string_view function,
                          const std::vector<std::int64_t>& ids) {
  for (const std::int64_t id : ids) {
    if (auto changed = asker.ask(call(function, {{"id", id}})); !changed) {
      return fail(changed.error());
    }
  }
  return {};
}

}  // namespace mega
