// Headers of a message (RFC 5322) and of its parts (RFC 2045, 2183), folded at 76 columns.
//
// Every value goes through one of the add functions. They write ASCII (UTF-8 only in addresses that
// are UTF-8) and replace line ends, so that no value can begin a header of its own.
#pragma once

#include "base/clock.h"
#include "mail/format/address.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

class Headers {
 public:
  // Any text, such as a subject.
  void add_text(std::string_view name, std::string_view text);
  // Adds nothing if there are no addresses.
  void add_addresses(std::string_view name, const std::vector<MailAddress>& addresses);
  // A trusted value: ASCII, folded at its blanks.
  void add(std::string_view name, std::string_view value);
  // "Content-Disposition: attachment; filename=...", encoded by RFC 2231 where `text` needs it.
  void add_with_parameter(std::string_view name, std::string_view value, std::string_view parameter,
                          std::string_view text);

  // All headers, each line ended by CRLF, and the empty line after the last.
  std::string finished() const { return text_ + "\r\n"; }

 private:
  void add_folded(std::string_view name, const std::vector<std::string>& words);

  std::string text_;
};

// "Thu, 31 Jul 2014 14:13:07 +0800" in the time zone of the process.
std::string mail_date(Time time);

}  // namespace mega
