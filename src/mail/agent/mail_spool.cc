#include "mail/agent/mail_spool.h"

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "value/json.h"
#include "value/map_fields.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace mega {
namespace {

constexpr Logger logger{"mail"};

constexpr std::size_t file_bytes_max = 128 << 20;

template <class Fields, class Record>
void visit(Fields& fields, Record& mail) {
  fields("id", mail.id);
  fields("added", mail.added);
  fields("recipient", mail.recipient);
  fields("recipients", mail.recipients);
  fields("subject", mail.subject);
}

std::string head_of(const KeptMail& mail) {
  FieldWriter fields;
  visit(fields, mail);
  return to_json(fields.take());
}

Result<KeptMail> read_head(std::string_view text) {
  const auto value = parse_json(text.substr(0, text.find('\n')));
  const auto* map = value ? value->as<Map>() : nullptr;
  if (!map) return fail(Errc::corrupt, "its first line is no JSON");
  KeptMail mail;
  FieldReader fields(*map, "its first line");
  visit(fields, mail);
  if (auto read = fields.result(); !read) return fail(read.error());
  if (mail.id.empty()) return fail(Errc::corrupt, "it has no id");
  return mail;
}

// The fields for listing, from the argument of take_mail.
Result<KeptMail> describe(const Map& map, Time now) {
  KeptMail mail{.added = now};
  std::vector<std::string> to, cc, bcc, only;
  FieldReader fields(map, "the mail");
  fields("id", mail.id);
  fields("subject", mail.subject);
  fields("to", to);
  fields("cc", cc);
  fields("bcc", bcc);
  fields("only", only);
  if (auto read = fields.result(); !read) return fail(read.error());
  if (mail.id.empty()) return fail(Errc::invalid_argument, "the mail has no id");
  for (const auto* each : {&bcc, &cc, &to}) {
    mail.recipients += static_cast<std::int64_t>(each->size());
    if (!each->empty()) mail.recipient = each->front();
  }
  if (!only.empty()) {
    mail.recipients = static_cast<std::int64_t>(only.size());
    mail.recipient = only.front();
  }
  return mail;
}

}  // namespace

Result<std::unique_ptr<MailSpool>> MailSpool::open(const std::string& folder,
                                                   const MailSpoolLimits& limits) {
  std::unique_ptr<MailSpool> spool(new MailSpool(folder, limits));
  if (auto loaded = spool->load(); !loaded) return fail(loaded.error());
  return spool;
}

Result<void> MailSpool::load() {
  std::error_code error;
  std::filesystem::create_directory(folder_, error);
  if (!error) {
    std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, error);
  }
  std::filesystem::directory_iterator entries(folder_, error);
  if (error) return fail(Errc::failed, "cannot use the folder {}: {}", folder_, error.message());
  for (const auto& entry : entries) load_file(entry.path().filename());
  if (!mails_.empty()) logger.info("{} mails wait for a server", mails_.size());
  return {};
}

void MailSpool::load_file(const std::string& name) {
  const auto number = parse_integer(name);
  // Other names are those of files that were being written when the daemon was killed.
  if (!number || *number < 1) return;
  last_ = std::max(last_, std::int64_t{*number});
  const auto text = read_file(path_of(*number), file_bytes_max);
  auto mail = text ? read_head(*text) : Result<KeptMail>(fail(text.error()));
  if (!mail) {
    logger.error("{}: {}", path_of(*number), mail.error().message);
    return;
  }
  mail->number = *number;
  mail->bytes = static_cast<std::int64_t>(text->size());
  bytes_ += mail->bytes;
  mails_.emplace(*number, *std::move(mail));
}

std::string MailSpool::path_of(std::int64_t number) const {
  return fmt::format("{}/{:06}", folder_, number);
}

// Assigns a number to the mail and counts its bytes.
Result<KeptMail> MailSpool::reserve(KeptMail mail) {
  const std::lock_guard lock(mutex_);
  if (mails_.size() >= limits_.mails_max || bytes_ + mail.bytes > limits_.bytes_max) {
    return fail(Errc::failed,
                "{} mails with {} MiB wait on this host, and that is as many as it keeps",
                mails_.size(), bytes_ >> 20);
  }
  mail.number = ++last_;
  bytes_ += mail.bytes;
  return mail;
}

Result<KeptMail> MailSpool::add(const Map& map, Time now) {
  auto described = describe(map, now);
  if (!described) return described;
  const std::lock_guard adding(adding_);
  for (KeptMail& known : list()) {
    if (known.id == described->id) return std::move(known);
  }
  const std::string text = head_of(*described) + "\n" + to_json(Value(map)) + "\n";
  described->bytes = static_cast<std::int64_t>(text.size());
  auto mail = reserve(*std::move(described));
  if (!mail) return mail;
  const auto written = write_file(path_of(mail->number), text, 0600);
  const std::lock_guard lock(mutex_);
  if (!written) {
    bytes_ -= mail->bytes;
    return fail(written.error());
  }
  mails_.emplace(mail->number, *mail);
  return mail;
}

Result<Map> MailSpool::read(std::int64_t number) const {
  const auto text = read_file(path_of(number), file_bytes_max);
  if (!text) return fail(text.error());
  const auto line_end = text->find('\n');
  const auto value =
      parse_json(std::string_view(*text).substr(line_end == std::string::npos ? 0 : line_end + 1));
  const auto* map = value ? value->as<Map>() : nullptr;
  if (!map) return fail(Errc::corrupt, "{} holds no mail", path_of(number));
  return *map;
}

Result<void> MailSpool::remove(std::int64_t number) {
  const std::lock_guard lock(mutex_);
  const auto found = mails_.find(number);
  if (found == mails_.end()) return fail(Errc::not_found, "no mail {} waits on this host", number);
  if (::unlink(path_of(number).c_str()) != 0 && errno != ENOENT) {
    return fail(system_error("remove", path_of(number), errno));
  }
  bytes_ -= found->second.bytes;
  mails_.erase(found);
  return {};
}

std::vector<KeptMail> MailSpool::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<KeptMail> all;
  all.reserve(mails_.size());
  for (const auto& [number, mail] : mails_) all.push_back(mail);
  return all;
}

}  // namespace mega
