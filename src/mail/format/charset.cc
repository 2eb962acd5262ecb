#include "mail/format/charset.h"

#include "base/text.h"
#include "base/utf8.h"

#include <algorithm>
#include <array>

namespace mega {
namespace {

enum class Charset { utf8, ascii, latin1, latin9, windows1252 };

struct Name {
  std::string_view text;
  Charset charset;
};

constexpr Name names[] = {
    {"utf-8", Charset::utf8},
    {"utf8", Charset::utf8},
    {"us-ascii", Charset::ascii},
    {"ascii", Charset::ascii},
    {"iso-8859-1", Charset::latin1},
    {"latin1", Charset::latin1},
    {"iso-8859-15", Charset::latin9},
    {"latin9", Charset::latin9},
    {"windows-1252", Charset::windows1252},
    {"cp1252", Charset::windows1252},
};

constexpr char32_t unknown = U'\uFFFD';

// Codes of the bytes 0x80 to 0x9f.
constexpr std::array<char32_t, 32> windows_1252{
    0x20AC, unknown, 0x201A,  0x0192, 0x201E,  0x2026,  0x2020, 0x2021,  0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152,  unknown, 0x017D, unknown, unknown, 0x2018, 0x2019,  0x201C, 0x201D, 0x2022,
    0x2013, 0x2014,  0x02DC,  0x2122, 0x0161,  0x203A,  0x0153, unknown, 0x017E, 0x0178};

struct Other {
  unsigned char byte;
  char32_t code;
};

// Where iso-8859-15 differs from iso-8859-1.
constexpr Other latin9[] = {{0xa4, 0x20AC}, {0xa6, 0x0160}, {0xa8, 0x0161}, {0xb4, 0x017D},
                            {0xb8, 0x017E}, {0xbc, 0x0152}, {0xbd, 0x0153}, {0xbe, 0x0178}};

char32_t code_of(unsigned char byte, Charset charset) {
  if (byte < 0x80) return byte;
  if (charset == Charset::ascii) return unknown;
  if (charset == Charset::windows1252 && byte < 0xa0) return windows_1252[byte - 0x80];
  if (charset == Charset::latin9) {
    const auto* other = std::ranges::find(latin9, byte, &Other::byte);
    if (other != std::end(latin9)) return other->code;
  }
  return byte;
}

}  // namespace

Result<std::string> to_utf8(std::string_view text, std::string_view charset) {
  const auto* named = std::ranges::find(names, to_lower(charset), &Name::text);
  if (named == std::end(names)) {
    return fail(Errc::invalid_argument,
                "the charset {} is unknown: utf-8, us-ascii, iso-8859-1, iso-8859-15 and "
                "windows-1252 are known",
                quoted(charset));
  }
  if (named->charset == Charset::utf8) return std::string(text);
  std::string out;
  for (const char c : text) {
    append_utf8(out, code_of(static_cast<unsigned char>(c), named->charset));
  }
  return out;
}

}  // namespace mega
