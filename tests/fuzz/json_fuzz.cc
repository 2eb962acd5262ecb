// parse_json on any bytes: an error with a caret, or a value that to_json and to_pretty_json
// round-trip.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "value/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mega;
  const auto value = parse_json(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!value) {
    if (!value.error().message.ends_with('^')) std::abort();
    return 0;
  }
  for (const std::string& text : {to_json(*value), to_pretty_json(*value)}) {
    const auto again = parse_json(text);
    if (!again || !(*again == *value)) std::abort();
  }
  return 0;
}
