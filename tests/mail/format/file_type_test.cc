#include "mail/format/file_type.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

// Gives `bytes` in pieces of `piece`.
std::function<Result<ByteReader>()> opens(const std::string& bytes, std::size_t piece) {
  return [=]() -> Result<ByteReader> {
    return ByteReader([=, at = std::size_t{0}](char* into, std::size_t size) mutable {
      const std::size_t taken = bytes.copy(into, std::min(piece, size), at);
      at += taken;
      return Result<std::size_t>(taken);
    });
  };
}

TEST(ContentType, OfATextSaysItsCharset) {
  const std::string binary = "application/octet-stream";
  const struct {
    const char* name;
    std::string file, bytes, type;
  } cases[] = {
      {"ASCII", "a.txt", "plain\n", "text/plain; charset=utf-8"},
      {"UTF-8", "Report.TXT", "Größe: 中文 \U0001F600\n", "text/plain; charset=utf-8"},
      {"a table", "a.csv", "größe,1\n", "text/csv; charset=utf-8"},
      {"a page", "a.html", "<p>ü", "text/html; charset=utf-8"},
      {"an empty text", "a.log", "", "text/plain; charset=utf-8"},
      {"Latin-1", "a.txt",
       "Gr\xf6\xdf"
       "e: 1 m\n",
       binary},
      {"Latin-1 at the end", "a.txt", "Gr\xf6", binary},
      {"GBK", "a.csv", "\xd6\xd0\xce\xc4,1\n", binary},
      {"cut in a character", "a.txt", "\xe4\xb8", binary},
      {"UTF-16 with a BOM", "a.txt",
       std::string("\xff\xfe"
                   "a\0b\0",
                   6),
       binary},
      {"UTF-16 without a BOM", "a.txt", std::string("a\0b\0", 4), binary},
      {"no text by its name", "a.png", "plain", "image/png"},
      {"a type that has its own rules", "a.json", "{}", "application/json"},
      {"no ending", "README", "ü", binary},
  };
  for (const auto& c : cases) {
    for (std::size_t piece = 1; piece <= std::max<std::size_t>(c.bytes.size(), 1); ++piece) {
      SCOPED_TRACE(testing::Message() << c.name << ", in pieces of " << piece);
      EXPECT_EQ(content_type_of(c.file, opens(c.bytes, piece)).value_or("none"), c.type);
    }
  }
}

TEST(ContentType, ReadsATextOfManyChunks) {
  std::string text = "a";  // so that characters of three bytes lie across the ends of chunks
  for (int i = 0; i < 100'000; ++i) text += "中";
  EXPECT_EQ(content_type_of("a.txt", opens(text, text.size())), "text/plain; charset=utf-8");
  text.back() = 'x';
  EXPECT_EQ(content_type_of("a.txt", opens(text, text.size())), "application/octet-stream");
}

TEST(ContentType, ReportsAFileThatCannotBeRead) {
  const auto missing = []() -> Result<ByteReader> { return fail(Errc::not_found, "gone"); };
  EXPECT_EQ(content_type_of("a.txt", missing).error().message, "gone");
  EXPECT_EQ(content_type_of("a.png", missing), "image/png") << "its content says nothing";
  const auto broken = []() -> Result<ByteReader> {
    return ByteReader([](char*, std::size_t) -> Result<std::size_t> {
      return fail(Errc::failed, "the disk is broken");
    });
  };
  EXPECT_EQ(content_type_of("a.txt", broken).error().message, "the disk is broken");
}

}  // namespace
}  // namespace mega
