#include "mail/format/idna.h"

#include "base/utf8.h"

#include <idn2.h>

#include <algorithm>
#include <memory>
#include <optional>

namespace mega {
namespace {

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

bool is_between(char32_t code, char32_t first, char32_t last) {
  return code >= first && code <= last;
}

// UTS 46 drops some of these and maps others to a blank, so that two addresses would look alike.
// The joiners U+200C and U+200D are letters of some scripts: libidn2 knows where they may stand.
bool is_unseen(char32_t code) {
  return is_between(code, 0x80, 0xa0) || code == 0xad || is_between(code, 0x2000, 0x200b) ||
         is_between(code, 0x200e, 0x200f) || is_between(code, 0x2028, 0x202f) ||
         is_between(code, 0x205f, 0x206f) || code == 0x3000 || code == 0xfeff;
}

std::optional<char32_t> first_unseen(std::string_view text) {
  while (!text.empty()) {
    const Utf8 next = next_utf8(text);
    if (is_unseen(next.code)) return next.code;
    text.remove_prefix(next.bytes);
  }
  return std::nullopt;
}

std::string reason(int code) {
  switch (code) {
    case IDN2_TOO_BIG_LABEL:
    case IDN2_PUNYCODE_BIG_OUTPUT:
      return "a part of its domain is too long";
    case IDN2_TOO_BIG_DOMAIN:
      return "its domain is too long";
    default:
      return fmt::format("its domain cannot be written in ASCII: {}", idn2_strerror(code));
  }
}

}  // namespace

Result<std::string> ascii_domain(std::string_view domain) {
  const std::string text(domain);
  if (std::ranges::all_of(text, is_ascii)) return text;
  if (const auto unseen = first_unseen(text)) {
    return fail(Errc::invalid_argument,
                "a blank or invisible character (U+{:04X}) may not stand in a domain",
                static_cast<std::uint32_t>(*unseen));
  }
  char* ascii = nullptr;
  const int code = idn2_to_ascii_8z(text.c_str(), &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  if (code != IDN2_OK) return fail(Errc::invalid_argument, "{}", reason(code));
  const std::unique_ptr<char, void (*)(void*)> owner(ascii, idn2_free);
  return std::string(ascii);
}

}  // namespace mega
