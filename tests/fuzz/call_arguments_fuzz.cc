// Any bytes as the arguments of a call: refused with a caret, or arguments that their own text
// reads back as.
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
  // A lone 0 means no arguments, so it is the one list that does not come back.
  if (to_python(*arguments) == "0") return 0;
  const auto again = parse_call_arguments(to_python(*arguments));
  if (!again || !(*again == *arguments)) std::abort();
  return 0;
}
