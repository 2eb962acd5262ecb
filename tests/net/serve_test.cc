#include "net/serve.h"

#include "tests/support/gate.h"
#include "tests/support/in_process_service.h"
#include "tests/support/peer.h"
#include "wire/frame.h"
#include "wire/legacy_frame.h"

#include <gtest/gtest.h>

#include <mutex>
#include <vector>

namespace mega {
namespace {

std::string request(int id) { return fmt::format(R"({{"ID":{},"VALUE":"echo"}})", id); }

std::string legacy_request(std::string_view value) {
  return fmt::format("{{'HEAD': 'MEGA', 'VALUE': '{}'}}", value);
}

std::optional<std::string> echo(const Caller&, std::string_view payload) {
  return "got " + std::string(payload);
}

TEST(Serve, AnswersManyRequestsOfOneConnection) {
  InProcessService server(echo);
  Peer peer = Peer::to_unix(server.socket());
  for (int id = 1; id <= 100; ++id) {
    ASSERT_TRUE(peer.send(encode_frame(request(id))));
    EXPECT_EQ(peer.read_frame(), "got " + request(id));
  }
  EXPECT_EQ(server.service().traffic().requests, 100);
}

TEST(Serve, TakesAStreamInAnySegments) {
  InProcessService server(echo, {}, 1);
  const std::string stream =
      encode_frame(request(1)) + encode_frame(request(2)) + encode_frame(request(3));
  for (const std::size_t piece : {1, 2, 7, 10, 13, 1000}) {
    SCOPED_TRACE(piece);
    Peer peer = Peer::to_unix(server.socket());
    ASSERT_TRUE(peer.send_in_pieces(stream, piece));
    for (int id = 1; id <= 3; ++id) EXPECT_EQ(peer.read_frame(), "got " + request(id));
  }
}

TEST(Serve, AnswersOutOfOrderWhenAFunctionTakesLonger) {
  Gate gate;
  InProcessService server([&](const Caller&, std::string_view payload) {
    if (payload == request(1)) gate.pass();
    return std::optional(std::string(payload));
  });
  Peer peer = Peer::to_unix(server.socket());
  peer.send(encode_frame(request(1)) + encode_frame(request(2)));
  EXPECT_EQ(peer.read_frame(), request(2));
  gate.open();
  EXPECT_EQ(peer.read_frame(), request(1));
}

TEST(Serve, ReadsNoFurtherThanItsRequestsPerConnection) {
  Gate gate;
  Limits limits;
  limits.requests_per_connection_max = 3;
  InProcessService server(
      [&](const Caller&, std::string_view payload) {
        gate.pass();
        return std::optional(std::string(payload));
      },
      limits);
  Peer peer = Peer::to_unix(server.socket());
  std::string stream;
  for (int id = 1; id <= 10; ++id) stream += encode_frame(request(id));
  peer.send(stream);
  ASSERT_TRUE(eventually([&] { return server.service().calls_under_way() == 3; }));
  server.on_io_thread([] {});
  EXPECT_EQ(server.service().traffic().requests, 3);
  gate.open();
  for (int id = 1; id <= 10; ++id) EXPECT_FALSE(peer.read_frame().empty());
}

TEST(Serve, KnowsALegacyPeerByItsFirstByteAndClosesBehindTheAnswer) {
  InProcessService server(echo);
  const std::string stream = encode_frame(legacy_request("x"));
  for (const std::size_t piece : {1, 10, 1000}) {
    SCOPED_TRACE(piece);
    Peer peer = Peer::to_port(server.port());
    ASSERT_TRUE(peer.send_in_pieces(stream, piece));
    EXPECT_EQ(peer.read_to_end(), encode_legacy_frame("got " + legacy_request("x")));
  }
}

TEST(Serve, AnswersALegacyPeerThatHasEndedSending) {
  Gate gate;
  InProcessService server([&](const Caller&, std::string_view payload) {
    gate.pass();
    return std::optional(std::string(payload));
  });
  Peer peer = Peer::to_port(server.port());
  peer.send(encode_frame(legacy_request("x")));
  peer.end_sending();
  ASSERT_TRUE(eventually([&] { return server.service().calls_under_way() == 1; }));
  gate.open();
  EXPECT_EQ(peer.read_to_end(), encode_legacy_frame(legacy_request("x")));
}

TEST(Serve, ClosesTcpConnectionsThatSpeakNoLegacyDialect) {
  InProcessService server(echo);
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"TLS", std::string("\x16\x03\x01\x00\x05hello", 10)},
      {"HTTP", "GET / HTTP/1.0\r\n\r\n"},
      {"our own dialect without TLS", "{\"ID\":1}"},
      {"a zero byte", std::string("\0", 1)},
      {"a minus", "-000000012"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Peer peer = Peer::to_port(server.port());
    peer.send(c.bytes);
    EXPECT_TRUE(peer.closed());
  }
  EXPECT_TRUE(eventually([&] { return server.service().connections() == 0; }));
  EXPECT_EQ(server.service().traffic().connections_refused, std::ssize(cases));
  EXPECT_EQ(server.service().traffic().requests, 0);
}

TEST(Serve, ClosesConnectionsThatBreakTheirFrames) {
  InProcessService server(echo);
  const struct {
    const char* name;
    bool unix_socket;
    std::string bytes;
  } cases[] = {
      {"letters in the header", true, "00000000xx{}EOF"},
      {"a header that is too small", true, "0000000009EOF"},
      {"a frame over the limit", true, "9999999999"},
      {"a wrong terminator", true, "0000000012{}EOX"},
      {"garbage", true, std::string(100, '\xff')},
      {"letters in a legacy header", false, "000000001x"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Peer peer = c.unix_socket ? Peer::to_unix(server.socket()) : Peer::to_port(server.port());
    peer.send(c.bytes);
    EXPECT_TRUE(peer.closed());
  }
  EXPECT_EQ(server.service().traffic().requests, 0);
  Peer after = Peer::to_unix(server.socket());
  after.send(encode_frame(request(1)));
  EXPECT_EQ(after.read_frame(), "got " + request(1));
}

TEST(Serve, RefusesLegacyPeersThatAreNotAllowed) {
  InProcessService server(echo, {}, 1, {"10.0.0.0/8"});
  Peer peer = Peer::to_port(server.port());
  peer.send(encode_frame(legacy_request("x")));
  EXPECT_TRUE(peer.closed());
  EXPECT_EQ(server.service().traffic().requests, 0);
}

TEST(Serve, ClosesWithoutAByteWhenTheAnswerIsNone) {
  InProcessService server([](const Caller&, std::string_view) { return std::nullopt; });
  Peer peer = Peer::to_port(server.port());
  peer.send(encode_frame(legacy_request("x")));
  EXPECT_EQ(peer.read_to_end(), "");
}

// Counts the frames that were written of an answer of so many.
Reply counted_parts(std::atomic<int>& written, int parts) {
  Reply reply(std::string(1 << 20, 'x'));
  reply.rest = [&written, left = parts - 1]() mutable -> std::optional<std::string> {
    if (left-- <= 0) return std::nullopt;
    ++written;
    return std::string(1 << 20, 'x');
  };
  return reply;
}

TEST(Serve, WritesThePartsOfAnAnswerAsThePeerTakesThem) {
  std::atomic<int> written{0};
  InProcessService server([&](const Caller&, std::string_view payload) -> std::optional<Reply> {
    if (payload == request(2)) return "got " + std::string(payload);
    return counted_parts(written, 40);
  });
  Peer peer = Peer::to_unix(server.socket());
  peer.send(encode_frame(request(1)));
  ASSERT_TRUE(eventually([&] { return server.service().traffic().requests == 1; }));
  server.on_io_thread([] {});  // the call has begun
  ASSERT_TRUE(eventually([&] { return server.service().calls_under_way() == 0; }));
  EXPECT_LT(written, 39);  // what the socket did not take is not written yet
  peer.send(encode_frame(request(2)));
  for (int part = 0; part < 40; ++part) EXPECT_EQ(peer.read_frame().size(), 1u << 20) << part;
  EXPECT_EQ(written, 39);
  EXPECT_EQ(peer.read_frame(), "got " + request(2));  // behind all of them
}

TEST(Serve, AnswersLaterWithoutAWorkerThatWaits) {
  std::mutex mutex;
  std::vector<TakeReply> waiting;
  const auto answer_later = [&](const Caller&, std::string_view payload) -> std::optional<Reply> {
    if (payload == request(9)) return std::string(payload);
    Reply reply("");
    reply.later = [&](TakeReply take) {
      const std::lock_guard lock(mutex);
      waiting.push_back(std::move(take));
    };
    return reply;
  };
  InProcessService server(answer_later, {}, 1);
  Peer peer = Peer::to_unix(server.socket());
  for (int i = 1; i <= 3; ++i) peer.send(encode_frame(request(i)));
  peer.send(encode_frame(request(9)));
  EXPECT_EQ(peer.read_frame(), request(9)) << "the one worker is free";
  EXPECT_TRUE(eventually([&] { return server.service().calls_under_way() == 3; }));
  {
    const std::lock_guard lock(mutex);
    for (const TakeReply& take : waiting) take(Reply("late"));
    waiting.clear();
  }
  for (int i = 1; i <= 3; ++i) EXPECT_EQ(peer.read_frame(), "late");
  EXPECT_TRUE(eventually([&] { return server.service().calls_under_way() == 0; }));
}

TEST(Serve, CarriesTwentyMegabytesBothWays) {
  InProcessService server(
      [](const Caller&, std::string_view payload) { return std::optional(std::string(payload)); });
  const std::string big = R"({"ID":1,"VALUE":")" + std::string(20 << 20, 'x') + "\"}";
  Peer own = Peer::to_unix(server.socket());
  own.send(encode_frame(big));
  EXPECT_TRUE(own.read_frame() == big);
  const std::string legacy = legacy_request(std::string(20 << 20, 'x'));
  Peer old = Peer::to_port(server.port());
  old.send(encode_frame(legacy));
  EXPECT_TRUE(old.read_to_end() == encode_legacy_frame(legacy));
}

}  // namespace
}  // namespace mega
