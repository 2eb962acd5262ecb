#include "cmd/mail/mail_draft.h"

#include "base/file.h"
#include "cmd/argument_parser.h"
#include "cmd/batch.h"
#include "cmd/output.h"
#include "mail/format/body.h"
#include "mail/format/charset.h"
#include "mail/format/file_type.h"
#include "trust/mail_token.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>

namespace mega {
namespace {

constexpr std::size_t pipe_bytes_max = 64 << 20;  // a pipe is held in memory

Result<std::vector<MailAddress>> addresses_of(const std::vector<std::string>& texts) {
  std::vector<MailAddress> all;
  for (const std::string& text : texts) {
    auto some = parse_mail_addresses(text);
    if (!some) return fail(some.error());
    all.insert(all.end(), some->begin(), some->end());
  }
  return all;
}

std::string name_in(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// Reads a file from the start.
Result<ByteReader> open_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(system_error("read", path, errno));
  const std::shared_ptr<void> closer(nullptr, [fd](void*) { ::close(fd); });
  return ByteReader([fd, closer, path](char* into, std::size_t size) -> Result<std::size_t> {
    ssize_t got = 0;
    do got = ::read(fd, into, size);
    while (got < 0 && errno == EINTR);
    if (got < 0) return fail(system_error("read", path, errno));
    return static_cast<std::size_t>(got);
  });
}

Result<Attachment> attach(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return fail(system_error("read", path, errno));
  if (S_ISDIR(facts.st_mode)) return fail(system_error("read", path, EISDIR));
  if (!S_ISREG(facts.st_mode)) {
    auto bytes = read_file(path, pipe_bytes_max);
    if (!bytes) return fail(bytes.error());
    return attachment_of(name_in(path), *std::move(bytes));
  }
  // Report an unreadable file now, not in the middle of the message.
  if (auto opened = open_file(path); !opened) return fail(opened.error());
  const auto open = [path] { return open_file(path); };
  auto type = content_type_of(path, open);
  if (!type) return fail(type.error());
  return Attachment{
      .file_name = name_in(path), .type = *std::move(type), .bytes = facts.st_size, .open = open};
}

Result<std::vector<Attachment>> attach_all(const DraftFlags& flags) {
  std::vector<Attachment> all;
  for (const std::string& path : flags.attach) {
    auto file = attach(path);
    if (!file) return fail(file.error());
    all.push_back(*std::move(file));
  }
  for (const std::string& path : flags.inlined) {
    auto file = attach(path);
    if (!file) return fail(file.error());
    file->content_id = file->file_name;
    if (!check_mailbox("x@" + file->content_id)) {
      return fail(Errc::invalid_argument,
                  "{}: an inline image has a name of letters, digits, dots and hyphens", path);
    }
    all.push_back(*std::move(file));
  }
  return all;
}

Result<std::string> read_text(const std::string& bytes, const std::string& charset) {
  auto text = to_utf8(bytes, charset);
  if (!text) return text;
  std::size_t replaced = 0;
  std::string normal = normal_text(*text, &replaced);
  if (replaced > 0) {
    print_warning(
        fmt::format("{} bytes of the body are no {}: each is sent as U+FFFD; --charset "
                    "says what it is written in",
                    replaced, charset));
  }
  return normal;
}

}  // namespace

void declare_draft(ArgumentParser& parser, DraftFlags& flags) {
  const auto addresses = [&](const char* name, std::vector<std::string>& into, const char* what) {
    parser.add_option(name, into, what).type_name("ADDRESS").one_value_each();
  };
  addresses("--to", flags.to, "Who gets it; may be repeated, or hold several with commas");
  addresses("--cc", flags.cc, "Who gets a copy");
  addresses("--bcc", flags.bcc, "Who gets a copy that the others do not see");
  addresses("--reply-to", flags.reply_to, "Who gets the answers");
  parser.add_option("--from", flags.from, "Who it is from; unless given the setting smtp.from")
      .type_name("ADDRESS");
  parser.add_option("-s,--subject", flags.subject, "What it is about").type_name("TEXT");
  parser.add_flag("--html", flags.html, "The body is HTML");
  parser
      .add_option("--alternative", flags.alternative,
                  "With --html: a file with the same as text, for programs that show no HTML")
      .type_name("FILE");
  parser.add_option("-a,--attach", flags.attach, "A file to go with it; may be repeated")
      .type_name("FILE")
      .one_value_each();
  parser
      .add_option("--inline", flags.inlined,
                  "With --html: an image that it shows as <img src=\"cid:NAME\">")
      .type_name("FILE")
      .one_value_each();
  parser
      .add_option("--charset", flags.charset,
                  "What the body is written in: utf-8, us-ascii, iso-8859-1, iso-8859-15 or "
                  "windows-1252")
      .type_name("NAME")
      .show_default();
  parser.add_option("--priority", flags.priority, "1 urgent to 5 unimportant")
      .type_name("NUMBER")
      .show_default();
  parser.add_option("BODY", flags.body, "The text; - or nothing: standard input");
}

Result<Message> read_draft(const DraftFlags& flags, const MailAddress& sender) {
  Message message{.from = sender,
                  .subject = flags.subject,
                  .priority = flags.priority,
                  .date = system_clock().now(),
                  .token = new_mail_token()};
  if (!flags.from.empty()) {
    auto from = parse_mail_address(flags.from);
    if (!from) return fail(from.error());
    message.from = *std::move(from);
  }
  for (const auto& [texts, into] :
       {std::pair{&flags.to, &message.to}, std::pair{&flags.cc, &message.cc},
        std::pair{&flags.bcc, &message.bcc}, std::pair{&flags.reply_to, &message.reply_to}}) {
    auto some = addresses_of(*texts);
    if (!some) return fail(some.error());
    *into = *std::move(some);
  }
  if (!flags.html && (!flags.inlined.empty() || !flags.alternative.empty())) {
    return fail(Errc::invalid_argument, "--inline and --alternative go with --html");
  }
  auto files = attach_all(flags);
  if (!files) return fail(files.error());
  message.attachments = *std::move(files);

  const auto bytes = flags.body == "-" ? read_input("-") : flags.body;
  if (!bytes) return fail(bytes.error());
  auto text = read_text(*bytes, flags.charset);
  if (!text) return fail(text.error());
  (flags.html ? message.html : message.text) = *std::move(text);
  if (flags.alternative.empty()) return message;
  const auto other = read_input(flags.alternative);
  if (!other) return fail(other.error());
  auto plain = read_text(*other, flags.charset);
  if (!plain) return fail(plain.error());
  message.text = *std::move(plain);
  return message;
}

}  // namespace mega
