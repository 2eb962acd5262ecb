// Composes messages as MIME (RFC 5322, 2045 to 2049); pure.
//
//   text or html                      one part
//   text and html                     multipart/alternative
//   html and inline images            multipart/related around the html
//   and attachments                   multipart/mixed around all of that
//
// The output is ASCII in lines of at most 76 columns (longer ones only hold a long address), so
// that every relay takes it; headers hold UTF-8 only in addresses that are UTF-8. Bcc is in no
// header. Files are not read here: a composed message is a list of pieces, and mail_stream.h reads
// them in turn.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "mail/format/address.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

// Reads at most `size` bytes to `into`; returns their number, 0 at the end.
using ByteReader = std::function<Result<std::size_t>(char* into, std::size_t size)>;

struct Attachment {
  std::string file_name;        // as the receiver sees it
  std::string type;             // "image/png"; see content_type_of() (file_type.h)
  std::string content_id = {};  // not empty: an inline image, cid:CONTENT_ID in html
  std::int64_t bytes = 0;
  std::function<Result<ByteReader>()> open;  // at the first byte; called once per sending
};

// Bytes in memory as an attachment.
Attachment attachment_of(std::string file_name, std::string bytes);

inline constexpr int priority_normal = 3;

struct Message {
  MailAddress from;
  std::vector<MailAddress> to, cc, bcc, reply_to;
  std::vector<std::string> only;  // recipients still to be served; empty: all
  std::string subject;
  std::optional<std::string> text, html;  // neither: an empty text
  std::vector<Attachment> attachments;
  int priority = priority_normal;  // 1 urgent to 5 unimportant
  Time date;
  // ASCII without blanks, unique per message; part of its Message-ID and its boundaries.
  std::string token;
};

// A composed message, ready to send: text interleaved with files.
struct Composed {
  struct Piece {
    std::string text;
    std::optional<Attachment> file;  // after the text, as lines of base64
  };
  std::vector<Piece> pieces;
  std::int64_t bytes = 0;  // total, as SIZE of RFC 1870 counts
  std::string id;          // "<TOKEN@host>"
  bool utf8 = false;       // an address in the header is not ASCII
};

// Errors: invalid_argument without a recipient, or for a priority outside 1 to 5.
Result<Composed> compose(const Message& message);

// The addresses of To, Cc and Bcc in this order, limited to `only` unless `only` is empty.
// Duplicates are removed; domains compare case-insensitively.
std::vector<std::string> recipients_of(const Message& message);

}  // namespace mega
