// FrameReader on any bytes: the payloads do not depend on the segments, and encode_frame turns them
// back into the bytes read.
#include "wire/frame.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mega;

constexpr std::size_t frame_bytes_max = 4096;

struct Cut {
  std::string frames;  // the payloads, framed again
  bool broken = false;
};

Cut cut(std::string_view stream, std::size_t segment_bytes) {
  FrameReader reader(frame_bytes_max);
  Cut result;
  while (!stream.empty() && !result.broken) {
    reader.feed(stream.substr(0, segment_bytes));
    stream.remove_prefix(std::min(segment_bytes, stream.size()));
    auto payload = reader.next();
    for (; payload && *payload; payload = reader.next()) result.frames += encode_frame(**payload);
    result.broken = !payload;
  }
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view stream(reinterpret_cast<const char*>(data), size);
  const Cut whole = cut(stream, size + 1);
  if (!stream.starts_with(whole.frames)) std::abort();
  for (const std::size_t segment_bytes : {1u, 7u, 10u, 13u}) {
    const Cut split = cut(stream, segment_bytes);
    if (split.frames != whole.frames || split.broken != whole.broken) std::abort();
  }
  return 0;
}
