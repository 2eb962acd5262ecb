// Headers of a message (RFC 5322) and of its parts (RFC 2045, 2183), folded at 76 columns.
//
// Every value passes through one of these, each of which gives ASCII (or UTF-8 in addresses that
// are UTF-8) without line ends: what the text held cannot begin a header of its own.
#pragma once

#include "base/clock.h"
#include "mail/format/address.h"

#include <string>
#include <string_view>
#include <vector>

namespace mega {

class Headers {
 public:
  // Text of any kind: a subject.
  void add_text(std::string_view name, std::string_view text);
  // No addresses: no header.
  void add_addresses(std::string_view name, const std::vector<MailAddress>& addresses);
  // What is of our own making: ASCII, folded at its blanks.
  void add(std::string_view name, std::string_view value);
  // "Content-Disposition: attachment; filename=...", with RFC 2231 for names that need it.
  void add_with_parameter(std::string_view name, std::string_view value, std::string_view parameter,
                          std::string_view text);

  // All of them, each line ended by CRLF, and the empty line that ends them.
  std::string finished() const { return text_ + "\r\n"; }

 private:
  void add_folded(std::string_view name, const std::vector<std::string>& words);

  std::string text_;
};

// "Thu, 31 Jul 2014 14:13:07 +0800" in the zone of the process.
std::string mail_date(Time time);

}  // namespace mega
