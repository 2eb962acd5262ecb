// parse_greeting on any bytes, whole and cut: more bytes do not change the result for a prefix.
#include "sql/greeting.h"

#include <cstdint>
#include <cstdlib>

using namespace mega;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = parse_greeting(bytes);
  for (std::size_t cut = 0; cut < size && cut < 300; ++cut) {
    const auto part = parse_greeting(bytes.substr(0, cut));
    if (part && !*part) continue;
    if (part.has_value() != whole.has_value()) std::abort();
    if (part && *part != *whole) std::abort();
  }
  if (!whole || !*whole) return 0;
  const Greeting& greeting = **whole;
  if (greeting.version.empty() == (greeting.error_text.empty() && greeting.error == 0))
    std::abort();
  if (version_number(greeting.version).size() > greeting.version.size()) std::abort();
  if (database_type(greeting.version).empty()) std::abort();
  return 0;
}
