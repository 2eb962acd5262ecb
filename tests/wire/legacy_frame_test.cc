#include "wire/legacy_frame.h"

#include "tests/support/effort.h"
#include "tests/wire/captured.h"
#include "tests/wire/legacy_receiver.h"
#include "value/json.h"
#include "value/python.h"

#include <gmock/gmock.h>

#include <random>

namespace mega {
namespace {

using testing::HasSubstr;

// What a reader makes of a stream whose sender then closes.
struct Read {
  std::optional<std::string> payload;
  std::string error;
  bool before_close = false;  // it was complete while the connection was still open
};

Read read(const std::vector<std::string_view>& segments, std::size_t frame_bytes_max = 1 << 20) {
  LegacyFrameReader reader(frame_bytes_max);
  for (const auto segment : segments) {
    reader.feed(segment);
    const auto payload = reader.next();
    if (!payload) return {{}, payload.error().message, true};
    if (*payload) return {**payload, {}, true};
  }
  const auto payload = reader.finish();
  if (!payload) return {{}, payload.error().message, false};
  return {*payload, {}, false};
}

std::vector<std::string_view> byte_by_byte(std::string_view stream) {
  std::vector<std::string_view> segments;
  for (std::size_t i = 0; i < stream.size(); ++i) segments.push_back(stream.substr(i, 1));
  return segments;
}

// The result, which must be the same for the whole stream at once, cut at every byte, and byte by
// byte.
Read read_every_split(std::string_view stream, std::size_t frame_bytes_max = 1 << 20) {
  const Read whole = read({stream}, frame_bytes_max);
  const auto expect_same = [&](const Read& other) {
    EXPECT_EQ(other.payload, whole.payload);
    EXPECT_EQ(other.error.empty(), whole.error.empty());
    EXPECT_EQ(other.before_close, whole.before_close);
  };
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    SCOPED_TRACE(testing::Message() << "cut at " << cut);
    expect_same(read({stream.substr(0, cut), stream.substr(cut)}, frame_bytes_max));
  }
  SCOPED_TRACE("byte by byte");
  expect_same(read(byte_by_byte(stream), frame_bytes_max));
  return whole;
}

TEST(LegacyFrameReader, FindsTheEndOfAFrameWhateverItsHeaderSays) {
  const struct {
    const char* name;
    std::string stream;
    std::string payload;
    bool before_close;
  } cases[] = {
      {"an exact header", "0000000019{'a': 1}EOF", "{'a': 1}", true},
      {"an empty payload", "0000000010EOF", "", true},
      {"an exact header around raw text", "0000000015helloEOF", "hello", true},
      {"a header one too small", "0000000017{'a': 1}EOF", "{'a': 1}", true},
      {"a header seven too small", "0000000011{'a': 1}EOF", "{'a': 1}", true},
      {"a header of zero", "0000000000{'a': 1}EOF", "{'a': 1}", true},
      {"a header twice too large", "0000000036{'a': 1}EOF", "{'a': 1}", true},
      {"an absurdly large header", "9999999999{'a': 1}EOF", "{'a': 1}", true},
      {"raw text, header too small", "0000000012hello!EOF", "hello!", true},
      {"raw text, header of zero", "0000000000hello!EOF", "hello!", true},
      {"raw text, header too large", "0000000032hello!EOF", "hello!", false},
      {"an empty payload, header too large", "0000000020EOF", "", false},
      {"the terminator inside text", "0000000024{'a': 'xEOFy'}EOF", "{'a': 'xEOFy'}", true},
      {"the same, header of zero", "0000000000{'a': 'xEOFy'}EOF", "{'a': 'xEOFy'}", true},
      {"the same, header too large", "0000000048{'a': 'xEOFy'}EOF", "{'a': 'xEOFy'}", true},
      {"the terminator inside raw text, header too large", "0000000034a EOF bEOF", "a EOF b",
       false},
      {"the same, exact header", "0000000017a EOF bEOF", "a EOF b", true},
      {"text that ends in E", "0000000013'E'EOF", "'E'", true},
      {"raw text that ends in E and EO", "0000000014EEOFEOEOF", "EEOFEO", false},
      {"a bracket inside text", "0000000000['}]', \"it's\"]EOF", "['}]', \"it's\"]", true},
      {"triple quotes", "0000000000['''a'EOF''']EOF", "['''a'EOF''']", true},
      {"bytes behind the frame", "0000000018{'a': 1}EOFmore", "{'a': 1}", true},
      {"a second frame", "0000000011aEOF0000000011bEOF", "a", true},
      {"no terminator, all bytes there", "0000000018{'a': 1}", "{'a': 1}", false},
      {"half a terminator", "0000000018{'a': 1}EO", "{'a': 1}", false},
      {"no terminator, header too small", "0000000012{'a': 1}", "{'a': 1}", false},
      {"an answer of a script", "0000000036(0, 'argc=1 arg1=[hello]')EOF",
       "(0, 'argc=1 arg1=[hello]')", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Read got = read_every_split(c.stream);
    EXPECT_EQ(got.error, "");
    EXPECT_EQ(got.payload, c.payload);
    EXPECT_EQ(got.before_close, c.before_close);
  }
}

TEST(LegacyFrameReader, RefusesWhatIsNoWholeFrame) {
  const struct {
    const char* name;
    std::string stream;
    const char* message;
    bool before_close;
  } cases[] = {
      {"nothing", "", "closed without a byte", false},
      {"half a header", "00000", "closed after 5 of 10 bytes", false},
      {"a header", "0000000012", "closed after 10 of 15 bytes", false},
      {"a payload cut short", "0000000018{'a'", "closed after 14 of 21 bytes", false},
      {"raw text cut short", "0000000018hello", "closed after 15 of 21 bytes", false},
      {"a letter in the header", "00000x0018{'a': 1}EOF", "is no number of ten digits", true},
      {"a negative header", "-000000007aEOF", "is no number of ten digits", true},
      {"more than the limit, header exact", "0000000041" + std::string(31, 'x') + "EOF",
       "more than 40 bytes", true},
      {"more than the limit, header small", "0000000010['" + std::string(40, 'x') + "']EOF",
       "more than 40 bytes", true},
      {"an end just over the limit", "0000000000'" + std::string(29, 'x') + "'EOF",
       "more than 40 bytes", true},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const Read got = read_every_split(c.stream, 40);
    EXPECT_EQ(got.payload, std::nullopt);
    EXPECT_THAT(got.error, HasSubstr(c.message));
    EXPECT_EQ(got.before_close, c.before_close);
  }
}

TEST(LegacyFrameReader, CountsBytesReceivedAgainstTheLimitNotBytesDeclared) {
  const std::string payload = "'" + std::string(28, 'x') + "'";
  for (const char* header : {"0000000040", "0000000080", "9999999999", "0000000000"}) {
    SCOPED_TRACE(header);
    EXPECT_EQ(read_every_split(header + payload + "EOF", 40).payload, payload);
  }
}

TEST(LegacyFrameReader, CountsAnEscapeAsTheByteThatItMeans) {
  const std::string twenty_eight = repeated("\\xe4\\xB8", 14);
  const struct {
    const char* name;
    std::string payload;
    bool fits;  // within 30 bytes
  } cases[] = {
      {"all escapes", "'" + twenty_eight + "'", true},
      {"one byte more", "'" + twenty_eight + "x'", false},
      {"one escape more", "'" + twenty_eight + "\\xad'", false},
      {"the start of an escape at the end", "'" + repeated("\\xe4", 25) + "\\x4'", true},
      {"no escapes", "'" + repeated("\\x.", 10) + "'", false},
      {"backslashes", "'" + std::string(30, '\\') + "'", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string stream = frame_header(frame_header_bytes + c.payload.size()) + c.payload;
    const Read got = read_every_split(stream + "EOF", 40);
    EXPECT_EQ(got.payload, c.fits ? std::optional(c.payload) : std::nullopt);
    EXPECT_THAT(got.error, HasSubstr(c.fits ? "" : "more than 40 bytes"));
  }
}

TEST(LegacyFrameReader, KeepsNoMoreThanTheLimit) {
  LegacyFrameReader reader(1000);
  reader.feed("9999999999");
  const std::string flood(1 << 20, '[');
  for (int i = 0; i < 64; ++i) reader.feed(flood);
  const auto payload = reader.next();
  ASSERT_FALSE(payload);
  EXPECT_EQ(payload.error().code, Errc::corrupt);
  EXPECT_FALSE(reader.next()) << "it stays refused";
}

TEST(LegacyFrameReader, GivesItsOneFrameOnce) {
  LegacyFrameReader reader;
  EXPECT_TRUE(reader.empty());
  reader.feed("0");
  EXPECT_FALSE(reader.empty());
  reader.feed("000000011aEOF");
  EXPECT_EQ(reader.next().value(), "a");
  EXPECT_TRUE(reader.empty());
  reader.feed("0000000011bEOF");
  EXPECT_EQ(reader.next().value(), std::nullopt);
  EXPECT_TRUE(reader.empty());
}

TEST(LegacyFrameReader, ReadsEveryCapturedFrameInEverySplitWithEveryHeaderSeenInTheWild) {
  for (const auto& captured : captured_requests) {
    for (int off = -7; off <= 0; ++off) {
      SCOPED_TRACE(testing::Message() << captured.name << ", header off by " << off);
      const auto payload = payload_of(captured);
      const std::string stream =
          frame_header(captured.frame.size() - 3 - static_cast<std::size_t>(-off)) +
          std::string(payload) + "EOF";
      const Read got = read_every_split(stream);
      EXPECT_EQ(got.payload, payload);
      EXPECT_TRUE(got.before_close);
    }
  }
  for (const auto& captured : captured_answers) {
    SCOPED_TRACE(captured.name);
    EXPECT_EQ(read_every_split(captured.frame).payload, payload_of(captured));
  }
}

TEST(LegacyFrameReader, ReadsLargePayloadsInSmallSegments) {
  // Every second byte opens what could be a terminator: a reader that starts over would not end.
  std::string payload = "['";
  while (payload.size() < 1 << 20) payload += "EEOEOF";
  payload += "']";
  for (const std::size_t header : {payload.size() + 10, payload.size() * 2, std::size_t{0}}) {
    SCOPED_TRACE(header);
    const std::string stream = frame_header(header) + payload + "EOF";
    LegacyFrameReader reader;
    std::optional<std::string> got;
    for (std::size_t at = 0; at < stream.size() && !got; at += 7) {
      reader.feed(std::string_view(stream).substr(at, 7));
      got = reader.next().value();
    }
    EXPECT_TRUE(got == payload) << "the payload did not come back whole";
  }
}

// Segments as a sender's one write of `stream` may arrive: the header never apart from what follows
// (a write is not cut below a packet's size).
std::vector<std::string_view> packets(std::string_view stream, std::mt19937& random) {
  std::vector<std::string_view> segments;
  while (!stream.empty()) {
    const std::size_t size = std::min<std::size_t>(stream.size(), 536 + random() % 65'000);
    segments.push_back(stream.substr(0, size));
    stream.remove_prefix(size);
  }
  return segments;
}

// Text of `size` bytes that is hard on receivers: terminators, halves of them, escapes, UTF-8.
std::string hard_text(std::size_t size, std::mt19937& random) {
  static constexpr std::string_view pieces[] = {"EOF", "EO", "E", "OF", "\\", "'",     "\"",
                                                "中",  "\n", "x", "0",  "}",  "EEOFOF"};
  std::string text;
  while (text.size() < size) text += pieces[random() % std::size(pieces)];
  return text;
}

TEST(EncodeLegacyFrame, ArrivesWholeThroughTheReceiveLoopOf2014) {
  std::mt19937 random(2014);
  std::vector<std::size_t> sizes = {0, 1, 2, 3, 7, 8, 9, 10, 11};
  for (std::size_t size = 1000; size < 1050; ++size) sizes.push_back(size);
  for (int i = 0; i < 60; ++i) sizes.push_back(random() % 70'000);
  sizes.push_back(1 << 20);
  for (const std::size_t size : sizes) {
    SCOPED_TRACE(size);
    const std::string literal = size < 2 ? "1" : to_python(Value(hard_text(size, random)));
    std::string raw = hard_text(size, random);
    hide_terminator_in_text(raw);
    for (const auto& payload : {literal, raw}) {
      ASSERT_EQ(payload.find("EOF"), payload.npos);
      const std::string frame = encode_legacy_frame(payload);
      const LegacyReceived received = legacy_receive(Segments(packets(frame, random)));
      EXPECT_TRUE(received.data == payload)
          << "received " << received.data.size() << " bytes of " << payload.size();
      EXPECT_TRUE(over_declares(payload) || !received.waited_for_close)
          << "a short frame must not depend on our closing";
    }
  }
}

TEST(EncodeLegacyFrame, DeclaresTwiceTheLengthOverAKilobyte) {
  EXPECT_EQ(encode_legacy_frame(""), "0000000010EOF");
  EXPECT_EQ(encode_legacy_frame("-1"), "0000000012-1EOF");
  const std::string at_most(1024, 'x');
  EXPECT_EQ(encode_legacy_frame(at_most), "0000001034" + at_most + "EOF");
  const std::string more(1025, 'x');
  EXPECT_EQ(encode_legacy_frame(more), "0000002070" + more + "EOF");
}

TEST(EncodeLegacyFrame, IsReadByOurOwnReader) {
  std::mt19937 random(7);
  for (const std::size_t size : {0u, 1u, 100u, 1024u, 5000u, 300'000u}) {
    SCOPED_TRACE(size);
    const std::string payload = to_python(Value(hard_text(size, random)));
    const std::string frame = encode_legacy_frame(payload);
    const Read got = read(packets(frame, random));
    EXPECT_TRUE(got.payload == payload);
    EXPECT_TRUE(got.before_close);
  }
}

TEST(LegacyReceiveLoop, LosesWhatWasMeasured) {
  // The oracle itself, against what peers of 2014 were seen to do.
  const std::string payload = "{'a': '" + std::string(200, 'x') + "'}";
  const std::string frame = "0000000219" + payload + "EOF";
  EXPECT_EQ(legacy_receive(Segments({frame})).data, payload);

  std::vector<std::string_view> short_segments = {std::string_view(frame).substr(0, 10)};
  for (std::size_t at = 10; at < frame.size(); at += 9) {
    short_segments.push_back(std::string_view(frame).substr(at, 9));
  }
  EXPECT_LT(legacy_receive(Segments(short_segments)).data.size(), payload.size())
      << "short segments are truncated";

  EXPECT_EQ(legacy_receive(Segments({"0000000023{'a':'xEOFy'}EOF"})).data, "{'a':'x")
      << "the terminator inside a payload cuts it";
  EXPECT_EQ(legacy_receive(Segments({"0000000024{'a': 'xEOFy'}EOF"})).data, "{'a': 'xy'}")
      << "or, where two chunks meet, three letters vanish";
  EXPECT_EQ(legacy_receive(Segments({"00000", "00019{'a': 1}EOF"})).data, "")
      << "a split header loses the message";
  for (std::size_t off = 0; off <= 7; ++off) {
    EXPECT_EQ(legacy_receive(Segments({frame_header(219 - off) + payload + "EOF"})).data, payload);
  }
}

TEST(HideTerminatorInText, PutsABlankIntoEachTerminator) {
  const struct {
    const char* text;
    const char* hidden;
  } cases[] = {{"", ""},          {"EO F", "EO F"},       {"EOF", "E OF"},
               {"xEOF", "xE OF"}, {"EOFEOF", "E OFE OF"}, {"EEOFOF", "EE OFOF"},
               {"EOFx", "E OFx"}, {"eof", "eof"}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    std::string text = c.text;
    EXPECT_EQ(hide_terminator_in_text(text), std::string_view(c.text) != c.hidden);
    EXPECT_EQ(text, c.hidden);
    EXPECT_EQ(text.find("EOF"), text.npos);
  }
}

TEST(HideTerminatorInJson, ChangesTheBytesAndNotTheValue) {
  for (const char* text :
       {"", "EOF", "xEOFEOFy", "EEOFOF", "\\EOF", "\x0eOF", "\nEOF\"", "中EOF"}) {
    SCOPED_TRACE(text);
    const Value value(List{text, Map{{text, text}}});
    std::string json = to_json(value);
    hide_terminator_in_json(json);
    EXPECT_EQ(json.find("EOF"), json.npos) << json;
    EXPECT_EQ(parse_json(json).value(), value);
  }
}

}  // namespace
}  // namespace mega
