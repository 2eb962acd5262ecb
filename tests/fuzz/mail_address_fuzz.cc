// parse_mail_address on any text: an accepted address is valid in SMTP and survives a round trip.
#include "mail/format/address.h"

#include <cstdint>
#include <cstdlib>

using namespace mega;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto address = parse_mail_address(text);
  if (!address && address.error().code != Errc::invalid_argument) std::abort();
  if (address) {
    for (const char c : address->address) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
    }
    for (const char c : address->name) {
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) std::abort();
    }
    const auto again = parse_mail_address("<" + address->address + ">");
    if (!again || again->address != address->address) std::abort();
  }
  if (const auto list = parse_mail_addresses(text)) {
    for (const MailAddress& each : *list) {
      if (!check_mailbox(each.address)) std::abort();
    }
  }
  return 0;
}
