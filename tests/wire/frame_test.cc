#include "wire/frame.h"

#include "tests/wire/captured.h"

#include <gmock/gmock.h>

#include <random>
#include <span>
#include <vector>

namespace mega {
namespace {

using testing::HasSubstr;

std::vector<std::string> all_payloads(FrameReader& reader) {
  std::vector<std::string> payloads;
  for (;;) {
    auto payload = reader.next();
    EXPECT_TRUE(payload) << payload.error().message;
    if (!payload || !*payload) return payloads;
    payloads.push_back(std::move(**payload));
  }
}

TEST(FrameReader, CutsAStreamIntoPayloads) {
  const struct {
    const char* name;
    std::string stream;
    std::vector<std::string> payloads;
    bool empty_after;
  } cases[] = {
      {"nothing yet", "", {}, true},
      {"half a header", "00000", {}, false},
      {"a header", "0000000012", {}, false},
      {"an empty payload", "0000000010EOF", {""}, true},
      {"one frame", "0000000012hiEOF", {"hi"}, true},
      {"the terminator inside a payload", "0000000015xEOFyEOF", {"xEOFy"}, true},
      {"a payload that is the terminator", "0000000013EOFEOF", {"EOF"}, true},
      {"a frame without its last byte", "0000000012hiEO", {}, false},
      {"two frames", "0000000011aEOF0000000012bcEOF", {"a", "bc"}, true},
      {"three frames, the second empty",
       "0000000011aEOF0000000010EOF0000000011cEOF",
       {"a", "", "c"},
       true},
      {"a frame and part of another", "0000000011aEOF0000000017par", {"a"}, false},
      {"a NUL and bytes above 0x7f",
       std::string("0000000013\0\xff\n", 13) + "EOF",
       {std::string("\0\xff\n", 3)},
       true},
  };
  for (const auto& c : cases) {
    // Wherever the network splits the stream, the payloads are the same.
    for (std::size_t cut = 0; cut <= c.stream.size(); ++cut) {
      SCOPED_TRACE(testing::Message() << c.name << ", cut at " << cut);
      FrameReader reader;
      std::vector<std::string> payloads;
      for (const auto& part : {c.stream.substr(0, cut), c.stream.substr(cut)}) {
        reader.feed(part);
        for (auto& payload : all_payloads(reader)) payloads.push_back(std::move(payload));
      }
      EXPECT_EQ(payloads, c.payloads);
      EXPECT_EQ(reader.empty(), c.empty_after);
    }
    SCOPED_TRACE(testing::Message() << c.name << ", byte by byte");
    FrameReader reader;
    std::vector<std::string> payloads;
    for (const char byte : c.stream) {
      reader.feed({&byte, 1});
      for (auto& payload : all_payloads(reader)) payloads.push_back(std::move(payload));
    }
    EXPECT_EQ(payloads, c.payloads);
  }
}

TEST(FrameReader, RefusesBrokenFramesAtTheFirstByteThatShowsIt) {
  const struct {
    const char* name;
    std::string stream;
    std::size_t needed;  // bytes after which it is known
    const char* message;
  } cases[] = {
      {"a letter for a digit", "00000x0012hiEOF", 6, "frame header \"00000x"},
      {"HTTP", "GET / HTTP/1.1\r\n", 1, "frame header \"G"},
      {"a TLS record", "\x16\x03\x01", 1, "is no number"},
      {"blanks", "        12hiEOF", 1, "is no number"},
      {"a sign", "+000000012hiEOF", 1, "is no number"},
      {"a length below the header's own", "0000000009EOF", 10, "says 9 bytes, want 10 to 100"},
      {"zero", "0000000000EOF", 10, "says 0 bytes"},
      {"a length over the limit", "0000000101", 10, "says 101 bytes"},
      {"an absurd length", "9999999999", 10, "says 9999999999 bytes"},
      {"no terminator", "0000000012hiEnd", 14, "ends in \"En"},
      {"a header one too small", "0000000011hiEOF", 12, "ends in \"i"},
      {"a header one too large", "0000000013hiEOF0000000010EOF", 14, "ends in \"O"},
      {"a good frame before", "0000000010EOFx", 14, "is no number"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    FrameReader reader(100);
    std::size_t fed = 0;
    for (bool broken = false; !broken && fed < c.stream.size(); ++fed) {
      reader.feed({&c.stream[fed], 1});
      auto payload = reader.next();
      while (payload && *payload) payload = reader.next();
      broken = !payload;
    }
    EXPECT_EQ(fed, c.needed);

    FrameReader at_once(100);
    at_once.feed(c.stream);
    auto payload = at_once.next();
    while (payload && *payload) payload = at_once.next();
    ASSERT_FALSE(payload);
    EXPECT_EQ(payload.error().code, Errc::corrupt);
    EXPECT_THAT(payload.error().message, HasSubstr(c.message));
    EXPECT_FALSE(at_once.next()) << "a broken stream stays broken";
  }
}

TEST(FrameReader, TakesAFrameOfExactlyTheLimit) {
  const std::string payload(90, 'x');
  FrameReader reader(100);
  reader.feed(encode_frame(payload));
  EXPECT_THAT(all_payloads(reader), testing::ElementsAre(payload));
}

TEST(FrameReader, TakesManyFramesOutOfOneFeed) {
  constexpr std::size_t frames = 200'000;
  std::string stream;
  for (std::size_t i = 0; i < frames; ++i) stream += encode_frame(std::to_string(i));
  FrameReader reader;
  reader.feed(stream);
  const auto payloads = all_payloads(reader);
  ASSERT_EQ(payloads.size(), frames);
  for (std::size_t i = 0; i < frames; ++i) ASSERT_EQ(payloads[i], std::to_string(i));
  EXPECT_TRUE(reader.empty());
}

TEST(FrameReader, GivesBackWhatWasEncodedInAnySegments) {
  std::mt19937 random(20140731);
  const auto below = [&](std::size_t n) { return random() % n; };
  for (int round = 0; round < 50; ++round) {
    SCOPED_TRACE(testing::Message() << "round " << round);
    std::vector<std::string> sent(1 + below(6));
    std::string stream;
    for (auto& payload : sent) {
      payload.resize(below(3) == 0 ? below(300'000) : below(40));
      for (char& c : payload) c = "EOF0123\n"[below(8)];
      stream += encode_frame(payload);
    }
    FrameReader reader;
    std::vector<std::string> received;
    for (std::size_t at = 0; at < stream.size();) {
      const std::size_t segment = std::min(stream.size() - at, 1 + below(70'000));
      reader.feed({stream.data() + at, segment});
      at += segment;
      for (auto& payload : all_payloads(reader)) received.push_back(std::move(payload));
    }
    EXPECT_EQ(received, sent);
    EXPECT_TRUE(reader.empty());
  }
}

TEST(EncodeFrame, WritesTheBytesThatPeersOf2014Write) {
  for (const std::span<const CapturedFrame> frames :
       {std::span(captured_requests), std::span(captured_answers)}) {
    for (const auto& captured : frames) {
      SCOPED_TRACE(captured.name);
      EXPECT_EQ(encode_frame(payload_of(captured)), captured.frame);
      FrameReader reader;
      reader.feed(captured.frame);
      EXPECT_THAT(all_payloads(reader), testing::ElementsAre(payload_of(captured)));
    }
  }
}

TEST(EncodeFrame, CanBeDoneInPlaceBehindOtherFrames) {
  std::string out = "before";
  const std::size_t start = begin_frame(out);
  out += "hi";
  end_frame(out, start);
  EXPECT_EQ(out, "before0000000012hiEOF");
}

TEST(FrameHeader, HasTenDigitsAndIsReadBack) {
  const struct {
    std::size_t length;
    const char* header;
  } cases[] = {{0, "0000000000"},
               {10, "0000000010"},
               {1234567, "0001234567"},
               {frame_bytes_max_ever, "9999999999"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.header);
    EXPECT_EQ(frame_header(c.length), c.header);
    const auto parsed = parse_frame_header(c.header);
    ASSERT_TRUE(parsed && *parsed);
    EXPECT_EQ(**parsed, c.length);
  }
}

}  // namespace
}  // namespace mega
