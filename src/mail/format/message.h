// Messages as MIME (RFC 5322, 2045 to 2049), pure.
//
//   text or html                      one part
//   text and html                     multipart/alternative
//   html and inline images            multipart/related around the html
//   and attachments                   multipart/mixed around all of that
//
// All of it is ASCII in lines of at most 76 columns (longer ones only hold a long address), so that
// every relay takes it; UTF-8 stands in headers only when an address is UTF-8. Bcc is in no header.
// Files are not read here: a message is a list of pieces, and mail_stream.h reads them in turn.
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

// Gives the next bytes, at most `size`; 0 at the end.
using ByteReader = std::function<Result<std::size_t>(char* into, std::size_t size)>;

struct Attachment {
  std::string file_name;        // as the receiver sees it
  std::string type;             // "image/png"; see type_of_file()
  std::string content_id = {};  // not empty: an inline image, which html calls cid:CONTENT_ID
  std::int64_t bytes = 0;
  std::function<Result<ByteReader>()> open;  // from its first byte; once for each sending
};

// Bytes in memory as an attachment.
Attachment attachment_of(std::string file_name, std::string bytes);

// By the end of the file's name; application/octet-stream when that says nothing.
std::string_view type_of_file(std::string_view file_name);

inline constexpr int priority_normal = 3;

struct Message {
  MailAddress from;
  std::vector<MailAddress> to, cc, bcc, reply_to;
  std::vector<std::string> only;  // recipients of To, Cc and Bcc without it; empty: all
  std::string subject;
  std::optional<std::string> text, html;  // neither: an empty text
  std::vector<Attachment> attachments;
  int priority = priority_normal;  // 1 urgent to 5 unimportant
  Time date;
  // ASCII without blanks, different for each message: what its Message-ID begins with and its
  // boundaries are made of.
  std::string token;
};

// A message written down, ready to be sent: text, and where files come between.
struct Composed {
  struct Piece {
    std::string text;
    std::optional<Attachment> file;  // behind the text, as lines of base64
  };
  std::vector<Piece> pieces;
  std::int64_t bytes = 0;  // in all, as SIZE of RFC 1870 counts
  std::string id;          // "<TOKEN@host>"
  bool utf8 = false;       // an address in the header is not ASCII
};

// Errors: invalid_argument without recipients, or for a priority out of range.
Result<Composed> compose(const Message& message);

// To, Cc and Bcc, each address once (domains are compared in any case), in this order; of them
// those of `only`.
std::vector<std::string> recipients_of(const Message& message);

}  // namespace mega
