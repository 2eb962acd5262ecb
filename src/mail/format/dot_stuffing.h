// Transparency of SMTP (RFC 5321, section 4.5.2): a line that begins with a dot gets a second one,
// so that the dot alone ends a message; pure.
#pragma once

#include <string>
#include <string_view>

namespace mega {

// One for each message, whose lines end in CRLF.
class DotStuffer {
 public:
  // Valid until the next call.
  std::string_view stuffed(std::string_view chunk);

  // What ends the message.
  std::string_view end() const { return line_begins_ ? ".\r\n" : "\r\n.\r\n"; }

 private:
  bool line_begins_ = true;
  std::string out_;
};

}  // namespace mega
