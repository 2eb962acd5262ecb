// parse_token on any text; an accepted token survives a round trip. Half of the inputs get a valid
// checksum first, because no fuzzer finds one.
#include "trust/token.h"

#include "base/text.h"
#include "trust/crypto.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace mega;

namespace {

void check(std::string_view text) {
  const auto token = parse_token(text);
  if (!token) {
    if (token.error().code != Errc::invalid_argument || token.error().message.empty()) std::abort();
    return;
  }
  if (write_token(*token) != trim(text)) std::abort();
}

std::string with_check(std::string body) {
  body += sha256(body).substr(0, 4);
  std::string text = encode_base64(body);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  while (text.ends_with('=')) text.pop_back();
  return "mega1-" + text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text);
  check(with_check(std::string(text)));
  return 0;
}
