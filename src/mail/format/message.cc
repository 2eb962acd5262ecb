#include "mail/format/message.h"

#include "base/text.h"
#include "mail/format/body.h"
#include "mail/format/file_type.h"
#include "mail/format/headers.h"

#include <algorithm>
#include <array>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace mega {
namespace {

// Values of X-Priority and Importance; some mail programs read the one, some the other.
struct PriorityWords {
  std::string_view x_priority, importance;
};

constexpr std::array<PriorityWords, 5> priorities{{{"1 (Highest)", "high"},
                                                   {"2 (High)", "high"},
                                                   {"3 (Normal)", "normal"},
                                                   {"4 (Low)", "low"},
                                                   {"5 (Lowest)", "low"}}};

// Writes the parts of one message in turn.
class Composer {
 public:
  explicit Composer(const Message& message) : message_(message) {}

  Composed write() {
    Headers headers = message_headers();
    if (has(false)) {
      const std::string outer = open_multipart(headers, "mixed");
      write_body(next_part(outer));
      write_files(outer, false);
      close(outer);
    } else {
      write_body(std::move(headers));
    }
    for (const auto& piece : composed_.pieces) {
      composed_.bytes += static_cast<std::int64_t>(piece.text.size());
      if (piece.file) composed_.bytes += base64_lines_size(piece.file->bytes);
    }
    composed_.utf8 = has_utf8_addresses();
    return std::move(composed_);
  }

 private:
  bool is_inline(const Attachment& file) const { return message_.html && !file.content_id.empty(); }

  bool has(bool inlined) const {
    return std::ranges::any_of(message_.attachments,
                               [=, this](const auto& file) { return is_inline(file) == inlined; });
  }

  bool has_utf8_addresses() const {
    const auto beyond_ascii = [](const MailAddress& each) { return needs_smtputf8(each.address); };
    return beyond_ascii(message_.from) || std::ranges::any_of(message_.to, beyond_ascii) ||
           std::ranges::any_of(message_.cc, beyond_ascii) ||
           std::ranges::any_of(message_.reply_to, beyond_ascii);
  }

  Headers message_headers() {
    const std::string& from = message_.from.address;
    std::string domain = from.substr(from.rfind('@') + 1);
    if (needs_smtputf8(domain)) domain = "localhost";
    composed_.id = fmt::format("<{}@{}>", message_.token, domain);
    Headers headers;
    headers.add("Date", mail_date(message_.date));
    headers.add("Message-ID", composed_.id);
    headers.add_addresses("From", {message_.from});
    headers.add_addresses("To", message_.to);
    headers.add_addresses("Cc", message_.cc);
    headers.add_addresses("Reply-To", message_.reply_to);
    headers.add_text("Subject", message_.subject);
    if (message_.priority != priority_normal) {
      const auto& words = priorities[static_cast<std::size_t>(message_.priority - 1)];
      headers.add("X-Priority", words.x_priority);
      headers.add("Importance", words.importance);
    }
    headers.add("Auto-Submitted", "auto-generated");  // suppresses vacation replies
    headers.add("MIME-Version", "1.0");
    return headers;
  }

  void write_body(Headers headers) {
    if (message_.html && message_.text) {
      const std::string boundary = open_multipart(headers, "alternative");
      write_text(next_part(boundary), "text/plain", *message_.text);
      write_html(next_part(boundary));
      close(boundary);
    } else if (message_.html) {
      write_html(std::move(headers));
    } else {
      write_text(std::move(headers), "text/plain", message_.text.value_or(""));
    }
  }

  void write_html(Headers headers) {
    if (!has(true)) return write_text(std::move(headers), "text/html", *message_.html);
    const std::string boundary = open_multipart(headers, "related");
    write_text(next_part(boundary), "text/html", *message_.html);
    write_files(boundary, true);
    close(boundary);
  }

  void write_text(Headers headers, std::string_view type, std::string_view text) {
    const std::string normal = normal_text(text);
    const TransferEncoding encoding = encoding_for(normal);
    headers.add("Content-Type", fmt::format("{}; charset=utf-8", type));
    headers.add("Content-Transfer-Encoding", name_of(encoding));
    append(headers.finished());
    append(encode_text(normal, encoding));
  }

  void write_files(const std::string& boundary, bool inlined) {
    for (const Attachment& file : message_.attachments) {
      if (is_inline(file) != inlined) continue;
      Headers headers = next_part(boundary);
      headers.add("Content-Type", file.type);
      headers.add("Content-Transfer-Encoding", name_of(TransferEncoding::base64));
      headers.add_with_parameter("Content-Disposition", inlined ? "inline" : "attachment",
                                 "filename", file.file_name);
      if (inlined) headers.add("Content-ID", "<" + file.content_id + ">");
      append(headers.finished());
      composed_.pieces.back().file = file;
    }
  }

  std::string open_multipart(Headers& headers, std::string_view kind) {
    // "=_" cannot occur in quoted-printable or base64.
    std::string boundary = fmt::format("=_{}_{}", kind, message_.token);
    headers.add("Content-Type", fmt::format("multipart/{}; boundary=\"{}\"", kind, boundary));
    append(headers.finished());
    return boundary;
  }

  // The line end before a boundary belongs to the boundary, not to the part.
  Headers next_part(const std::string& boundary) {
    append("\r\n--" + boundary + "\r\n");
    return {};
  }

  void close(const std::string& boundary) { append("\r\n--" + boundary + "--\r\n"); }

  void append(std::string_view text) {
    if (composed_.pieces.empty() || composed_.pieces.back().file) composed_.pieces.emplace_back();
    composed_.pieces.back().text += text;
  }

  const Message& message_;
  Composed composed_;
};

// Key for comparing addresses: only the domain is case-insensitive.
std::string compared(const std::string& address) {
  const auto at = address.rfind('@');
  return address.substr(0, at) + to_lower(address.substr(at));
}

}  // namespace

Attachment attachment_of(std::string file_name, std::string bytes) {
  const auto held = std::make_shared<const std::string>(std::move(bytes));
  Attachment attachment{.file_name = std::move(file_name),
                        .type = "",
                        .bytes = static_cast<std::int64_t>(held->size()),
                        .open = nullptr};
  attachment.open = [held]() -> Result<ByteReader> {
    return ByteReader([held, at = std::size_t{0}](char* into, std::size_t size) mutable {
      const std::size_t taken = std::min(size, held->size() - at);
      held->copy(into, taken, at);
      at += taken;
      return Result<std::size_t>(taken);
    });
  };
  attachment.type = content_type_of(attachment.file_name, attachment.open).value();
  return attachment;
}

Result<Composed> compose(const Message& message) {
  if (recipients_of(message).empty()) {
    return fail(Errc::invalid_argument, "the message is for nobody: name a recipient");
  }
  if (message.priority < 1 || message.priority > 5) {
    return fail(Errc::invalid_argument, "the priority is 1 (urgent) to 5, not {}",
                message.priority);
  }
  return Composer(message).write();
}

std::vector<std::string> recipients_of(const Message& message) {
  std::vector<std::string> all;
  std::set<std::string> seen, only;
  for (const std::string& each : message.only) only.insert(compared(each));
  for (const auto* list : {&message.to, &message.cc, &message.bcc}) {
    for (const MailAddress& each : *list) {
      std::string key = compared(each.address);
      if (!only.empty() && !only.contains(key)) continue;
      if (seen.insert(std::move(key)).second) all.push_back(each.address);
    }
  }
  return all;
}

}  // namespace mega
