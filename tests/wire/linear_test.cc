// No bytes that a peer can send cost more than linear time on their way to an envelope.
#include "tests/support/effort.h"
#include "wire/envelope.h"
#include "wire/frame.h"
#include "wire/legacy_frame.h"
#include "wire/message.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

constexpr std::size_t segment_bytes = 100;

// Feeds the bytes in segments and takes each payload as soon as it is whole.
template <class Reader>
void read_in_segments(Reader& reader, std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size(); at += segment_bytes) {
    reader.feed(bytes.substr(at, segment_bytes));
    for (;;) {
      const auto payload = reader.next();
      if (!payload || !*payload) break;
    }
  }
}

TEST(LinearTime, Frames) {
  const auto one = [](std::size_t n) { return encode_frame(std::string(n, 'x')); };
  const auto many = [](std::size_t n) { return repeated(encode_frame("{}"), n); };
  const auto read = [](const std::string& bytes) {
    FrameReader reader;
    read_in_segments(reader, bytes);
  };
  EXPECT_TRUE(is_linear(20'000, one, read));
  EXPECT_TRUE(is_linear(1000, many, read));
}

TEST(LinearTime, LegacyFrames) {
  const struct {
    const char* name;
    std::string each;
  } cases[] = {
      {"text", "x"},      {"terminators inside", "EOF"}, {"parts of terminators", "EO"},
      {"brackets", "[]"}, {"quotes", "'a'EOF"},          {"escapes", "\\x45OF"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto input = [&c](std::size_t n) { return "9999999999{'" + repeated(c.each, n); };
    EXPECT_TRUE(is_linear(20'000, input, [](const std::string& bytes) {
      LegacyFrameReader reader;
      read_in_segments(reader, bytes);
      (void)reader.finish();
    }));
  }
}

TEST(LinearTime, Envelopes) {
  const struct {
    const char* name;
    std::string head, each, tail;
  } cases[] = {
      {"keys that are ignored", R"({"ID":1,)", R"("k#":0,)", R"("VALUE":"x"})"},
      {"arguments by name", R"({"ID":1,"VALUE":"x","ARGS":{)", R"("k#":0,)", R"("k":0}})"},
      {"arguments by position", R"({"ID":1,"VALUE":"x","ARGS":[)", "0,", "0]}"},
      {"a list of arguments in a literal", "{'HEAD':'MEGA','VALUE':'x','ARGS':[", "0,", "]}"},
      {"text of arguments", "{'HEAD':'MEGA','VALUE':'x','ARGS':\"", "k#=1,", "\"}"},
      {"targets", R"({"ID":1,"VALUE":"x","TYPE":1,"TARGET":[)", R"("h#",)", R"("h"]})"},
      {"a name", R"({"ID":1,"VALUE":")", "x", R"("})"},
      {"blanks", "{", " ", R"("ID":1,"VALUE":"x"})"},
      {"an answer", R"({"ID":1,"RESULT":[)", "0,", R"(0],"CODE":0})"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto input = [&c](std::size_t n) { return c.head + repeated(c.each, n) + c.tail; };
    EXPECT_TRUE(is_linear(500, input, [](const std::string& payload) {
      (void)is_answer(payload);
      (void)read_courtesy(payload);
      const auto envelope = parse_envelope(payload);
      if (envelope) (void)call_arguments(*envelope);
    }));
  }
}

}  // namespace
}  // namespace mega
