// parse_call_arguments on any bytes: an error with a caret, or a value that to_python round-trips.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "value/python.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mega;
  const auto arguments =
      parse_call_arguments(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!arguments) {
    if (!arguments.error().message.ends_with('^')) std::abort();
    return 0;
  }
  // A lone 0 means no arguments: the only list that does not survive the round trip.
  if (to_python(*arguments) == "0") return 0;
  const auto again = parse_call_arguments(to_python(*arguments));
  if (!again || !(*again == *arguments)) std::abort();
  return 0;
}
