#include "cmd/mail_queue.h"

#include "cmd/local_server.h"
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

}  // namespace

Result<void> leave_in_queue(Asker& asker, const Message& message) {
  auto files = files_of(message);
  if (!files) return fail(files.error());
  const auto id =
      asker.ask(call_of("send_mail", {.named = {{"subject", message.subject},
                                                {"content", message.text.value_or("")},
                                                {"to", texts_of(message.to)},
                                                {"sender", texts_of({message.from}).front()},
                                                {"priority", message.priority},
                                                {"html", message.html.value_or("")},
                                                {"cc", texts_of(message.cc)},
                                                {"bcc", texts_of(message.bcc)},
                                                {"reply_to", texts_of(message.reply_to)},
                                                {"attachments", *std::move(files)}}}));
  if (!id) return fail(id.error());
  const auto* number = id->as<std::int64_t>();
  if (!number) return fail(Errc::corrupt, "the server answers no id");
  if (is_terminal(stderr)) print_note(fmt::format("in the server's queue as {}", *number));
  return {};
}

Result<void> print_queue(Asker& asker, bool all, Format format) {
  const auto text =
      ask_and_render(asker, call_of("get_all_mail", {.named = {{"stat", all ? 0 : 1}}}), format);
  if (!text) return fail(text.error());
  return write_output(*text);
}

Result<void> change_queue(Asker& asker, std::string_view function,
                          const std::vector<std::int64_t>& ids) {
  for (const std::int64_t id : ids) {
    if (auto changed = asker.ask(call_of(function, {.named = {{"id", id}}})); !changed) {
      return fail(changed.error());
    }
  }
  return {};
}

}  // namespace mega
