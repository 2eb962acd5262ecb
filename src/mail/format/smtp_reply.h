// Parses SMTP replies (RFC 5321, section 4.2) from a byte stream; pure.
//
//   250-mail.example.org greets you CRLF     more lines of this reply follow
//   250 SIZE 52428800 CRLF                   the last line
//
// Lines may end in LF alone, a last line may be the code alone, and lines between the first and the
// last may lack the code, as where the words of a policy have a line end; other deviations are
// errors.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct SmtpReply {
  int code = 0;                    // 200 to 599
  std::vector<std::string> lines;  // without the code

  bool done() const { return code / 100 == 2; }
  bool go_on() const { return code / 100 == 3; }
  bool later() const { return code / 100 == 4; }  // try again later
  // Code and lines on one line, for people: "550 5.1.1 no such mailbox".
  std::string text() const;
};

inline constexpr std::size_t smtp_line_max = 4096;  // RFC 5321 says 512, but many relays exceed it
inline constexpr std::size_t smtp_lines_max = 200;

// One object per connection; not thread-safe.
class ReplyReader {
 public:
  void feed(std::string_view bytes) { buffer_.append(bytes); }

  // The next complete reply; nullopt: feed more bytes. Errors: corrupt for a malformed reply or one
  // beyond the limits. The stream cannot be resumed after an error.
  Result<std::optional<SmtpReply>> next();

  // Whether there are bytes that belong to no reply returned by next().
  bool has_more() const { return !buffer_.empty() || !reply_.lines.empty(); }

 private:
  Result<bool> take_line(std::string_view line);

  std::string buffer_;
  SmtpReply reply_;  // its lines so far
};

// The extensions that a relay offers in its reply to EHLO.
struct SmtpOffer {
  bool starttls = false, pipelining = false, eight_bit = false, utf8 = false, dsn = false;
  bool size = false;
  std::int64_t size_max = 0;      // 0: no limit named
  std::vector<std::string> auth;  // in upper case: "PLAIN"
};

SmtpOffer offer_of(const SmtpReply& ehlo);

}  // namespace mega
