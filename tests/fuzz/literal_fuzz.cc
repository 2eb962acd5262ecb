// parse_python on any bytes: an error with a caret, or a value that survives a round trip in both
// styles and that LiteralScanner calls whole.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "value/python.h"
#include "value/python_scan.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mega;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  LiteralScanner at_once, in_halves;
  at_once.feed(text);
  in_halves.feed(text.substr(0, size / 2));
  in_halves.feed(text.substr(size / 2));
  require(at_once.whole() == in_halves.whole());
  require(at_once.impossible() == in_halves.impossible());

  const auto value = parse_python(text);
  if (!value) {
    require(value.error().message.ends_with('^'));
    return 0;
  }
  require(at_once.whole());
  for (const PythonStyle style : {PythonStyle{true, true}, PythonStyle{false, false}}) {
    const std::string written = to_python(*value, style);
    const auto again = parse_python(written);
    require(again.has_value() && *again == *value);
    LiteralScanner scanner;
    scanner.feed(written);
    require(scanner.whole());
    require(!style.hide_terminator || written.find("EOF") == std::string::npos);
  }
  return 0;
}
