// JournalReader on any bytes; an accepted line survives a round trip. Half of the inputs get a
// valid checksum first, because no fuzzer finds one.
#include <cstdint>
#include <cstdlib>

#include "tasks/format/journal_text.h"

using namespace mega;

namespace {

void check(std::string_view text) {
  JournalReader reader;
  reader.feed(text.substr(0, text.size() / 2));
  reader.feed(text.substr(text.size() / 2));
  std::uint64_t offset = 0;
  while (const auto line = reader.next()) {
    if (line->offset != offset) std::abort();
    offset += line->bytes;
    if (!line->entry) {
      if (line->entry.error().code != Errc::corrupt) std::abort();
      continue;
    }
    std::string again = write_journal_line(*line->entry);
    again.pop_back();
    const auto read = parse_journal_line(again);
    if (!read || !(*read == *line->entry)) std::abort();
  }
  if (reader.whole_bytes() != offset || offset > text.size()) std::abort();
}

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? 0xedb88320u : 0);
  }
  return ~crc;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text);
  check(fmt::format("{:08x} {}\n", crc32(text), text));
  return 0;
}
