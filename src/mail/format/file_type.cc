#include "mail/format/file_type.h"

#include "base/text.h"
#include "base/utf8.h"

#include <algorithm>
#include <iterator>

namespace mega {
namespace {

struct FileType {
  std::string_view end, type;
};

constexpr FileType file_types[] = {
    {".csv", "text/csv"},          {".gif", "image/gif"},       {".gz", "application/gzip"},
    {".html", "text/html"},        {".jpeg", "image/jpeg"},     {".jpg", "image/jpeg"},
    {".json", "application/json"}, {".log", "text/plain"},      {".pdf", "application/pdf"},
    {".png", "image/png"},         {".sql", "application/sql"}, {".svg", "image/svg+xml"},
    {".tar", "application/x-tar"}, {".txt", "text/plain"},      {".webp", "image/webp"},
    {".xml", "application/xml"},   {".zip", "application/zip"}, {".zst", "application/zstd"},
};

constexpr std::string_view unknown_type = "application/octet-stream";
constexpr std::size_t chunk_bytes = 64 << 10;
constexpr std::size_t character_bytes_max = 4;

// Removes the characters at the front of `text`; leaves the beginning of one that may go on in the
// next chunk. False: `text` is no UTF-8, or holds a NUL, as UTF-16 does.
bool take_characters(std::string& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const Utf8 next = next_utf8(std::string_view(text).substr(at));
    if (next.valid && next.code == 0) return false;
    if (!next.valid && text.size() - at >= character_bytes_max) return false;
    if (!next.valid) break;
    at += next.bytes;
  }
  text.erase(0, at);
  return true;
}

Result<bool> is_utf8_text(const ByteReader& read) {
  std::string text, chunk(chunk_bytes, '\0');
  for (;;) {
    const auto got = read(chunk.data(), chunk.size());
    if (!got) return fail(got.error());
    if (*got == 0) return text.empty();
    text.append(chunk, 0, *got);
    if (!take_characters(text)) return false;
  }
}

}  // namespace

std::string_view type_of_file(std::string_view file_name) {
  const std::string name = to_lower(file_name);
  const auto found = std::ranges::find_if(
      file_types, [&](const FileType& each) { return name.ends_with(each.end); });
  return found == std::end(file_types) ? unknown_type : found->type;
}

Result<std::string> content_type_of(std::string_view file_name,
                                    const std::function<Result<ByteReader>()>& open) {
  const std::string_view type = type_of_file(file_name);
  if (!type.starts_with("text/")) return std::string(type);
  const auto reader = open();
  if (!reader) return fail(reader.error());
  const auto utf8 = is_utf8_text(*reader);
  if (!utf8) return fail(utf8.error());
  return *utf8 ? fmt::format("{}; charset=utf-8", type) : std::string(unknown_type);
}

}  // namespace mega
