#include "wire/parsed_size.h"

#include "value/python_scan.h"
#include "value/value.h"
#include "wire/envelope.h"
#include "wire/legacy_frame.h"

namespace mega {
namespace {

// At least the number of values in JSON, keys counted: its brackets, commas and colons outside of
// strings.
std::size_t values_in_json(std::string_view text) {
  std::size_t count = 1;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (inside && c == '\\') {
      ++i;
    } else if (c == '"') {
      inside = !inside;
    } else if (!inside && (c == ',' || c == ':' || c == '[' || c == '{')) {
      ++count;
    }
  }
  return count;
}

std::size_t values_in_literal(std::string_view text) {
  LiteralScanner scanner;
  scanner.feed(text);
  return scanner.values();
}

}  // namespace

std::size_t parsed_bytes(std::string_view payload) {
  if (payload.size() <= small_payload_bytes) return 0;
  // A growing list has up to three times its size; text is copied from the payload into a value, and
  // from there into an argument.
  constexpr std::size_t bytes_each = 3 * sizeof(Value), copies = 2;
  if (dialect_of(payload) == Dialect::ours) {
    return bytes_each * values_in_json(payload) + copies * payload.size();
  }
  EscapeCounter escapes;
  escapes.feed(payload);
  return bytes_each * values_in_literal(payload) + copies * (payload.size() - escapes.excess());
}

}  // namespace mega
