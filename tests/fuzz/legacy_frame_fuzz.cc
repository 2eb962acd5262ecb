// LegacyFrameReader on any bytes: the end of a frame does not depend on the segments, the limit is
// kept, and what encode_legacy_frame writes is read back.
#include "wire/legacy_frame.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace {

using namespace mega;

constexpr std::size_t frame_bytes_max = 4096;

struct Outcome {
  std::optional<std::string> payload;  // nullopt: refused
  bool before_close = false;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

Outcome read(std::string_view stream, std::size_t segment_bytes) {
  LegacyFrameReader reader(frame_bytes_max);
  while (!stream.empty()) {
    reader.feed(stream.substr(0, segment_bytes));
    stream.remove_prefix(std::min(segment_bytes, stream.size()));
    const auto payload = reader.next();
    if (!payload) return {std::nullopt, true};
    if (*payload) return {**payload, true};
  }
  const auto payload = reader.finish();
  if (!payload) return {};
  return {*payload, false};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  const Outcome whole = read(stream, size + 1);
  if (whole.payload && whole.payload->size() + frame_header_bytes > frame_bytes_max + 3) {
    std::abort();
  }
  for (const std::size_t segment_bytes : {1u, 7u, 10u, 13u}) {
    if (read(stream, segment_bytes) != whole) std::abort();
  }

  std::string text(stream.substr(0, 3000));
  hide_terminator_in_text(text);
  if (text.find(frame_terminator) != text.npos) std::abort();
  const auto back = read(encode_legacy_frame(text), size + 100);
  if (back.payload != text) std::abort();
  return 0;
}
