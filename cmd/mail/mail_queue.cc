#include "cmd/mail/mail_queue.h"

#include "agent/options.h"
#include "base/lock_file.h"
#include "cmd/output.h"

namespace mega {
namespace {

constexpr std::int64_t attachments_max = 40 << 20;  // a frame has 64 MiB, and base64 adds a third

List texts_of(const std::vector<MailAddress>& addresses) {
  List texts;
  for (const MailAddress& each : addresses) {
    std::string name;
    for (const char c : each.name) {
      if (c == '"' || c == '\\') name += '\\';
      name += c;
    }
    texts.emplace_back(each.name.empty() ? each.address
                                         : fmt::format("\"{}\" <{}>", name, each.address));
  }
  return texts;
}

Result<Bytes> bytes_of(const Attachment& file) {
  const auto reader = file.open();
  if (!reader) return fail(reader.error());
  Bytes bytes;
  bytes.data.resize(static_cast<std::size_t>(file.bytes));
  for (std::size_t at = 0; at < bytes.data.size();) {
    const auto got = (*reader)(bytes.data.data() + at, bytes.data.size() - at);
    if (!got) return fail(got.error());
    if (*got == 0) return fail(Errc::failed, "{} has become shorter", file.file_name);
    at += *got;
  }
  return bytes;
}

Result<List> files_of(const Message& message) {
  std::int64_t total = 0;
  List files;
  for (const Attachment& file : message.attachments) {
    total += file.bytes;
    if (total > attachments_max) {
      return fail(Errc::failed,
                  "the queue takes attachments of {} in all; without --queue there "
                  "is no limit but the relay's",
                  format_bytes({attachments_max}));
    }
    auto bytes = bytes_of(file);
    if (!bytes) return fail(bytes.error());
    files.emplace_back(Map{{"name", file.file_name},
                           {"content", *std::move(bytes)},
                           {"inline", !file.content_id.empty()}});
  }
  return files;
}

Result<Map> words_of(const Message& message) {
  auto files = files_of(message);
  if (!files) return fail(files.error());
  Map words{{"subject", message.subject},
            {"content", message.text.value_or("")},
            {"to", texts_of(message.to)},
            {"sender", texts_of({message.from}).front()},
            {"priority", message.priority},
            {"html", message.html.value_or("")},
            {"cc", texts_of(message.cc)},
            {"bcc", texts_of(message.bcc)},
            {"reply_to", texts_of(message.reply_to)},
            {"attachments", *std::move(files)}};
  List only;
  for (const std::string& each : message.only) only.emplace_back(each);
  if (!only.empty()) words.set("only", std::move(only));
  return words;
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
  auto words = words_of(message);
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
  return write_output(*text);
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
