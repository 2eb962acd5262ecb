// Every limit of net/serve.h, with peers that run into it.
#include "net/serve.h"

#include "tests/support/gate.h"
#include "tests/support/in_process_service.h"
#include "tests/support/peer.h"
#include "wire/frame.h"
#include "wire/legacy_frame.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <mutex>
#include <thread>
#include <vector>

namespace mega {
namespace {

using std::chrono::milliseconds;

const std::string own_request = R"({"ID":7,"VALUE":"echo"})";
const std::string legacy_request = "{'HEAD': 'MEGA', 'VALUE': 'echo'}";

std::optional<std::string> echo(const Caller&, std::string_view payload) {
  return std::string(payload);
}

std::optional<std::string> twenty_megabytes(const Caller&, std::string_view) {
  return std::string(20 << 20, 'x');
}

TEST(Limits, AFrameThatIsNotWholeInTimeClosesTheConnection) {
  const struct {
    const char* name;
    bool unix_socket;
    std::string bytes;
  } cases[] = {
      {"part of a header", true, "00000"},
      {"part of a payload", true, "0000000099{\"ID\":1"},
      {"no terminator", true, "0000000012{}EO"},
      {"a whole frame and part of the next", true, encode_frame(own_request) + "0000"},
      {"nothing on TCP", false, ""},
      {"part of a legacy header", false, "00000"},
      {"part of a legacy payload", false, "0000000099{'HEAD"},
  };
  Limits limits;
  limits.frame_time = milliseconds(60);
  InProcessService server(echo, limits);
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Peer peer = c.unix_socket ? Peer::to_unix(server.socket()) : Peer::to_port(server.port());
    peer.send(c.bytes);
    EXPECT_TRUE(peer.closed());
  }
  EXPECT_TRUE(eventually(
      [&] { return server.service().traffic().connections_broken == std::ssize(cases); }));
}

TEST(Limits, MoreBytesDoNotProlongTheTimeOfAFrame) {
  Limits limits;
  limits.frame_time = milliseconds(100);
  InProcessService server(echo, limits);
  Peer peer = Peer::to_unix(server.socket());
  peer.send("0001000000");
  // One byte each few milliseconds, until the server has had enough.
  EXPECT_TRUE(eventually([&] { return !peer.send("x"); }));
  EXPECT_TRUE(eventually([&] { return server.service().traffic().connections_broken == 1; }));
}

TEST(Limits, ASilentUnixConnectionMayStayUnlessIdleTimeIsSet) {
  Limits limits;
  limits.frame_time = milliseconds(20);
  InProcessService patient(echo, limits);
  limits.idle_time = milliseconds(40);
  InProcessService impatient(echo, limits);
  Peer kept = Peer::to_unix(patient.socket());
  Peer dropped = Peer::to_unix(impatient.socket());
  EXPECT_TRUE(dropped.closed());
  kept.send(encode_frame(own_request));
  EXPECT_EQ(kept.read_frame(), own_request);
}

TEST(Limits, APeerThatDoesNotTakeItsAnswerIsLeft) {
  Limits limits;
  limits.answer_time = milliseconds(60);
  InProcessService server(twenty_megabytes, limits);
  for (const bool unix_socket : {true, false}) {
    SCOPED_TRACE(unix_socket);
    Peer peer = unix_socket ? Peer::to_unix(server.socket()) : Peer::to_port(server.port());
    peer.send(encode_frame(unix_socket ? own_request : legacy_request));
    const std::int64_t broken = unix_socket ? 1 : 2;
    EXPECT_TRUE(
        eventually([&] { return server.service().traffic().connections_broken == broken; }));
    EXPECT_TRUE(eventually([&] { return server.service().connections() == 0; }));
    EXPECT_LT(peer.read_to_end().size(), 20u << 20);
  }
}

TEST(Limits, APeerThatKeepsAnAnsweredLegacyConnectionIsLeft) {
  Limits limits;
  limits.answer_time = milliseconds(40);
  InProcessService server(echo, limits);
  Peer peer = Peer::to_port(server.port());
  peer.send(encode_frame(legacy_request));
  EXPECT_TRUE(eventually([&] { return server.service().traffic().requests == 1; }));
  EXPECT_TRUE(eventually([&] { return server.service().connections() == 0; }));
  EXPECT_EQ(peer.read_to_end(), encode_legacy_frame(legacy_request));
}

TEST(Limits, ACallerHearsTimedOutWhileTheFunctionEnds) {
  Gate gate;
  Limits limits;
  limits.function_time = milliseconds(40);
  InProcessService server(
      [&](const Caller&, std::string_view payload) {
        if (payload == own_request || payload == legacy_request) gate.pass();
        return std::optional(std::string(payload));
      },
      limits);
  Peer peer = Peer::to_unix(server.socket());
  peer.send(encode_frame(own_request));
  const std::string answer = peer.read_frame();
  EXPECT_TRUE(answer.starts_with(R"({"ID":7,"CODE":8,"KIND":"timed_out")")) << answer;
  EXPECT_EQ(server.service().calls_under_way(), 1);  // the work itself goes on

  Peer old = Peer::to_port(server.port());
  old.send(encode_frame(legacy_request));
  EXPECT_EQ(old.read_to_end(), "");

  peer.send(encode_frame(R"({"ID":8,"VALUE":"other"})"));
  EXPECT_EQ(peer.read_frame(), R"({"ID":8,"VALUE":"other"})");
  gate.open();
  EXPECT_TRUE(eventually([&] { return server.service().calls_under_way() == 0; }));
  EXPECT_TRUE(eventually([&] { return server.service().traffic().requests_timed_out == 2; }));
}

TEST(Limits, ARequestThatWaitedTooLongForAWorkerIsNotRun) {
  Gate gate;
  std::atomic<int> runs{0};
  Limits limits;
  limits.function_time = milliseconds(40);
  InProcessService server(
      [&](const Caller&, std::string_view payload) {
        ++runs;
        gate.pass();
        return std::optional(std::string(payload));
      },
      limits, 1);
  Peer peer = Peer::to_unix(server.socket());
  peer.send(encode_frame(own_request) + encode_frame(own_request));
  peer.read_frame();
  peer.read_frame();
  gate.open();
  EXPECT_TRUE(eventually([&] { return server.service().calls_under_way() == 0; }));
  EXPECT_EQ(runs, 1);
}

TEST(Limits, RequestsBeyondTheMostUnderWayAreRefused) {
  Gate gate;
  Limits limits;
  limits.requests_max = 2;
  InProcessService server(
      [&](const Caller&, std::string_view payload) {
        gate.pass();
        return std::optional(std::string(payload));
      },
      limits);
  Peer peer = Peer::to_unix(server.socket());
  peer.send(encode_frame(own_request) + encode_frame(own_request) + encode_frame(own_request));
  const std::string answer = peer.read_frame();
  EXPECT_TRUE(answer.starts_with(R"({"ID":7,"CODE":4,"KIND":"unavailable")")) << answer;
  gate.open();
  EXPECT_EQ(peer.read_frame(), own_request);
  EXPECT_EQ(peer.read_frame(), own_request);
}

TEST(Limits, OneLargeFrameTooManyIsNotHeld) {
  Limits limits;
  limits.held_bytes_max = 2'600'000;
  InProcessService server(echo, limits);
  const std::string large =
      R"({"ID":7,"HEAD":"MEGA","VALUE":")" + std::string(800'000, 'x') + R"("})";
  const std::string frame = encode_frame(large);
  std::vector<Peer> peers;
  for (int i = 0; i < 4; ++i) {
    peers.push_back(Peer::to_unix(server.socket()));
    peers.back().send(frame.substr(0, 700'000));
  }
  // The one that made it too much has to go.
  ASSERT_TRUE(eventually([&] { return server.service().traffic().connections_broken == 1; }));
  ASSERT_TRUE(eventually([&] { return server.service().connections() == 3; }));
  Peer small = Peer::to_unix(server.socket());
  small.send(encode_frame(own_request));
  EXPECT_EQ(small.read_frame(), own_request);

  peers.clear();
  ASSERT_TRUE(eventually([&] { return server.service().connections() == 1; }));
  small.send(frame);
  EXPECT_TRUE(small.read_frame() == large);
}

TEST(Limits, ALargeRequestThatIsRefusedKeepsItsId) {
  const std::string rest = R"(,"HEAD":"MEGA","VALUE":")" + std::string(100'000, 'x') + R"("})";
  const Error error{Errc::unavailable, "later"};
  EXPECT_NE(failure_frame(R"({"ID":7)" + rest, error)->find(R"({"ID":7,"CODE":4)"),
            std::string::npos);
  EXPECT_NE(failure_frame(R"({"ID":99999999999999999999)" + rest, error)->find(R"({"ID":0,)"),
            std::string::npos);
  EXPECT_NE(failure_frame(R"({ "ID":7)" + rest, error)->find(R"({"ID":0,)"), std::string::npos);
}

TEST(Limits, ConnectionsBeyondTheMostOfAnAddressAreTurnedAway) {
  Limits limits;
  limits.connections_per_address_max = 2;
  InProcessService server(echo, limits);
  Peer first = Peer::to_port(server.port());
  Peer second = Peer::to_port(server.port());
  ASSERT_TRUE(eventually([&] { return server.service().connections() == 2; }));
  EXPECT_TRUE(Peer::to_port(server.port()).closed());
  Peer own = Peer::to_unix(server.socket());  // has no address
  own.send(encode_frame(own_request));
  EXPECT_EQ(own.read_frame(), own_request);
  first.end_sending();
  ASSERT_TRUE(first.closed());
  ASSERT_TRUE(eventually([&] { return server.service().connections() == 2; }));
  Peer third = Peer::to_port(server.port());
  third.send(encode_frame(legacy_request));
  EXPECT_EQ(third.read_to_end(), encode_legacy_frame(legacy_request));
}

TEST(Limits, ConnectionsBeyondTheMostInAllAreTurnedAway) {
  Limits limits;
  limits.connections_max = 1;
  limits.local_connections_max = 2;
  InProcessService server(echo, limits);
  Peer over_tcp = Peer::to_port(server.port());
  ASSERT_TRUE(eventually([&] { return server.service().connections() == 1; }));
  EXPECT_TRUE(Peer::to_port(server.port()).closed());

  Peer own = Peer::to_unix(server.socket());  // has places of its own
  own.send(encode_frame(own_request));
  EXPECT_EQ(own.read_frame(), own_request);
  Peer second = Peer::to_unix(server.socket());
  ASSERT_TRUE(eventually([&] { return server.service().connections() == 3; }));
  EXPECT_TRUE(Peer::to_unix(server.socket()).closed());
  EXPECT_TRUE(eventually([&] { return server.service().traffic().connections_refused == 2; }));
}

TEST(Limits, RequestsOverTcpLeaveThoseOfTheUnixSocketAlone) {
  Gate gate;
  Limits limits;
  limits.requests_max = 4;
  InProcessService server(
      [&](const Caller& caller, std::string_view payload) {
        if (caller.door == Door::legacy) gate.pass();
        return std::optional(std::string(payload));
      },
      limits, 3);
  std::vector<Peer> peers;
  for (int i = 0; i < 2; ++i) {
    peers.push_back(Peer::to_port(server.port()));
    peers.back().send(encode_frame(legacy_request));
    ASSERT_TRUE(eventually([&] { return server.service().calls_under_way() == i + 1; }));
  }
  Peer third = Peer::to_port(server.port());
  third.send(encode_frame(legacy_request));
  EXPECT_EQ(third.read_to_end(), "") << "half of the requests are under way for this caller";
  Peer own = Peer::to_unix(server.socket());
  own.send(encode_frame(own_request));
  EXPECT_EQ(own.read_frame(), own_request);
  gate.open();
  for (Peer& peer : peers) EXPECT_EQ(peer.read_to_end(), encode_legacy_frame(legacy_request));
}

TEST(Limits, RequestsThatWaitLeaveTheirPlacesToOthers) {
  std::mutex mutex;
  std::vector<TakeReply> waiting;
  Limits limits;
  limits.requests_max = 2;
  limits.waits_max = 2;
  InProcessService server(
      [&](const Caller&, std::string_view payload) -> std::optional<Reply> {
        Reply reply{std::string(payload)};
        if (payload != own_request) return reply;
        reply.later = [&](TakeReply take) {
          const std::lock_guard lock(mutex);
          waiting.push_back(std::move(take));
        };
        return reply;
      },
      limits);
  const std::string quick = R"({"ID":8,"VALUE":"echo"})";
  Peer peer = Peer::to_unix(server.socket());
  const auto ask_and_wait = [&](std::size_t count) {
    peer.send(encode_frame(own_request));
    return eventually([&] {
      const std::lock_guard lock(mutex);
      return waiting.size() == count;
    });
  };
  ASSERT_TRUE(ask_and_wait(1));
  ASSERT_TRUE(ask_and_wait(2));
  ASSERT_TRUE(ask_and_wait(3)) << "no place to wait is left: it keeps that of its request";
  peer.send(encode_frame(quick));
  EXPECT_EQ(peer.read_frame(), quick);
  ASSERT_TRUE(ask_and_wait(4));
  peer.send(encode_frame(quick));
  EXPECT_NE(peer.read_frame().find("limits.requests"), std::string::npos);
  for (const TakeReply& take : waiting) take(Reply(own_request));
  waiting.clear();  // a call lasts as long as its receiver
  for (int i = 0; i < 4; ++i) EXPECT_EQ(peer.read_frame(), own_request);
}

TEST(Limits, ARequestCountsWithTheSizeThatItHasOnceParsed) {
  Limits limits;
  limits.held_bytes_max = 8 << 20;
  std::atomic<int> runs{0};
  InProcessService server(
      [&](const Caller&, std::string_view payload) {
        ++runs;
        return std::optional(std::string(payload));
      },
      limits);
  std::string zeros = "0";
  for (int i = 0; i < 100'000; ++i) zeros += ",0";
  const std::string text = R"({"ID":7,"VALUE":"echo","ARGS":[")" + zeros + R"("]})";
  const std::string list = R"({"ID":7,"VALUE":"echo","ARGS":[)" + zeros + "]}";
  Peer peer = Peer::to_unix(server.socket());
  peer.send(encode_frame(text));
  EXPECT_EQ(peer.read_frame(), text);
  peer.send(encode_frame(list));
  const std::string refused = peer.read_frame();
  EXPECT_TRUE(refused.starts_with(R"({"ID":7,"CODE":2,"KIND":"invalid_argument")")) << refused;
  EXPECT_NE(refused.find("limits.held"), std::string::npos) << refused;

  Peer old = Peer::to_port(server.port());
  old.send(encode_frame("{'HEAD':'MEGA','VALUE':'echo','ARGS':[" + zeros + "]}"));
  EXPECT_EQ(old.read_to_end(), "");
  EXPECT_EQ(runs, 1);
}

TEST(Limits, ACallerThatDoesNotTakeItsAnswersIsRefusedFurtherOnes) {
  Limits limits;
  limits.held_bytes_max = 32 << 20;
  InProcessService server(twenty_megabytes, limits);
  Peer greedy = Peer::to_port(server.port());
  greedy.send(encode_frame(legacy_request));
  ASSERT_TRUE(eventually([&] { return server.service().unsent_bytes() > 16 << 20; }));
  Peer second = Peer::to_port(server.port());
  second.send(encode_frame(legacy_request));
  EXPECT_EQ(second.read_to_end(), "");
  Peer other = Peer::to_unix(server.socket());
  other.send(encode_frame(own_request));
  EXPECT_EQ(other.read_frame().size(), 20u << 20) << "other callers are not concerned";

  EXPECT_GT(greedy.read_to_end().size(), 20u << 20);
  EXPECT_TRUE(eventually([&] { return server.service().unsent_bytes() == 0; }));
  Peer third = Peer::to_port(server.port());
  third.send(encode_frame(legacy_request));
  EXPECT_GT(third.read_to_end().size(), 20u << 20);
}

TEST(Limits, ASlowPeerGetsAllOfALargeAnswer) {
  Limits limits;
  limits.answer_time = milliseconds(1000);
  InProcessService server(twenty_megabytes, limits);
  Peer peer = Peer::to_port(server.port());
  peer.send(encode_frame(legacy_request));
  const auto start = std::chrono::steady_clock::now();
  std::size_t taken = 0;
  // Takes some as often as it must, for longer than answer_time.
  while (std::chrono::steady_clock::now() - start < 2 * limits.answer_time) {
    taken += peer.read(256 << 10).size();
    std::this_thread::sleep_for(milliseconds(30));  // the pace of the peer
  }
  taken += peer.read_to_end().size();
  EXPECT_GT(taken, 20u << 20);
  EXPECT_EQ(server.service().traffic().connections_broken, 0);
}

TEST(Limits, TenThousandConnectionsComeAndGo) {
  InProcessService server(echo);
  for (int i = 0; i < 10000; ++i) {
    Peer peer = Peer::to_port(server.port());
    ASSERT_TRUE(peer.connected());
    if (i % 3 == 0) {
      peer.send(encode_frame(legacy_request));
      ASSERT_EQ(peer.read_to_end(), encode_legacy_frame(legacy_request));
    } else if (i % 3 == 1) {
      peer.send("00000");  // and gone in the middle of a header
    } else {
      peer.reset();
    }
  }
  EXPECT_TRUE(eventually([&] { return server.service().connections() == 0; }));
  EXPECT_GE(server.service().traffic().requests, 3333);
}

TEST(Limits, WithoutFileDescriptorsConnectionsWaitUntilOthersClose) {
  InProcessService server(echo);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);

  // Leaves room for the peers' own ends only, and then for one of the server's.
  std::vector<Peer> peers;
  for (int i = 0; i < 5; ++i) peers.push_back(Peer::to_unix(server.socket()));
  ASSERT_TRUE(eventually([&] { return server.service().connections() == 5; }));
  const int lowest_free = ::dup(0);
  ::close(lowest_free);
  const rlimit tight{.rlim_cur = static_cast<rlim_t>(lowest_free + 1), .rlim_max = before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  Peer waiting = Peer::to_unix(server.socket());
  ASSERT_TRUE(waiting.connected());
  waiting.send(encode_frame(own_request));
  server.on_io_thread([] {});
  EXPECT_EQ(server.service().connections(), 5);

  peers.clear();
  EXPECT_EQ(waiting.read_frame(), own_request);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
}

TEST(Drain, AnswersWhatIsUnderWayAndClosesTheRest) {
  Gate gate;
  InProcessService server([&](const Caller&, std::string_view payload) {
    gate.pass();
    return std::optional(std::string(payload));
  });
  Peer own = Peer::to_unix(server.socket());
  Peer old = Peer::to_port(server.port());
  Peer idle = Peer::to_unix(server.socket());
  Peer half = Peer::to_port(server.port());
  half.send("00000");
  own.send(encode_frame(own_request));
  old.send(encode_frame(legacy_request));
  ASSERT_TRUE(eventually([&] {
    return server.service().calls_under_way() == 2 && server.service().connections() == 4;
  }));
  server.begin_drain();
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(half.closed());
  EXPECT_FALSE(server.drained());
  EXPECT_FALSE(Peer::to_port(server.port()).connected());
  gate.open();
  EXPECT_EQ(own.read_frame(), own_request);
  EXPECT_EQ(old.read_to_end(), encode_legacy_frame(legacy_request));
  EXPECT_TRUE(eventually([&] { return server.drained(); }));
}

}  // namespace
}  // namespace mega
