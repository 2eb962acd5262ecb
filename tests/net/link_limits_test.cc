// What a peer cannot do to a PeerService that asks it, and what silence does to both.
#include "net/blocking_socket.h"
#include "tests/support/gate.h"
#include "tests/support/link_site.h"
#include "tests/support/test_daemon.h"
#include "wire/frame.h"
#include "wire/message.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// A peer of its own will inside TLS.
struct RawAgent {
  RawAgent(const Endpoint& endpoint, const Credentials& own) {
    const auto until = std::chrono::steady_clock::now() + seconds(10);
    socket = BlockingSocket::connect_tcp(endpoint.host, endpoint.port, until).value();
    EXPECT_TRUE(socket.secure(TlsContext::client(own, system_clock()).value(), until));
    EXPECT_TRUE(send(write_courtesy({Courtesy::attend, 1})));
    EXPECT_EQ(read(), our_reply(1, Value()));
  }

  bool send(std::string_view payload) {
    return socket.send(encode_frame(payload), std::chrono::steady_clock::now() + seconds(10))
        .has_value();
  }

  // Empty when the server has closed.
  std::string read() {
    std::vector<char> chunk(16 << 10);
    for (;;) {
      if (auto payload = frames.next(); payload && *payload) return **payload;
      const auto n = socket.receive(chunk.data(), chunk.size(),
                                    std::chrono::steady_clock::now() + seconds(10));
      if (!n || *n == 0) return "";
      frames.feed({chunk.data(), *n});
    }
  }

  BlockingSocket socket;
  FrameReader frames;
};

TEST(LinkAbuse, AnswersThatNobodyAskedForEndTheConnection) {
  LinkSite site;
  RawAgent raw(site.endpoint(), site.agent("db1"));
  for (int i = 0; i < 99; ++i) ASSERT_TRUE(raw.send(our_reply(1000 + i, Value())));
  ASSERT_TRUE(raw.send(write_courtesy({Courtesy::ping, 2})));
  EXPECT_EQ(raw.read(), our_reply(2, Value()));
  raw.send(our_reply(5000, Value()));
  EXPECT_EQ(raw.read(), "");
  EXPECT_EQ(site.peers().traffic().connections_broken, 1);
}

TEST(LinkAbuse, AnAnswerThatIsNoneEndsTheConnection) {
  LinkSite site;
  RawAgent raw(site.endpoint(), site.agent("db1"));
  std::thread asked([&] { EXPECT_EQ(site.ask("db1", {}).error().code, Errc::unavailable); });
  EXPECT_FALSE(raw.read().empty());
  raw.send(R"({"ID":1,"CODE":})");
  EXPECT_EQ(raw.read(), "");
  asked.join();
}

// The server keeps what it asks within bounds when the peer takes nothing.
TEST(LinkAbuse, APeerThatTakesNothingIsAskedNoMore) {
  LinkSite site;
  RawAgent raw(site.endpoint(), site.agent("db1"));
  const Value megabyte(List{std::string(1 << 20, 'x')});
  std::atomic<int> refused{0};
  for (int i = 0; i < 40; ++i) {
    site.peers().ask("db1", {.function = "echo", .args = megabyte},
                     {.end =
                          [&](Result<Value> end) {
                            if (end.error().message.find("does not take") != std::string::npos) {
                              ++refused;
                            }
                          }},
                     milliseconds(0));
  }
  EXPECT_TRUE(eventually([&] { return refused > 10; }));
  raw.socket.close();
  EXPECT_TRUE(eventually([&] { return !site.peers().present("db1"); }));
}

// A handler that is slow holds the peer back: what it sends waits on its own side.
TEST(LinkAbuse, PartsComeNoFasterThanTheyAreTaken) {
  LinkSite site;
  std::shared_ptr<Answering> answering;
  std::promise<void> asked;
  TestDaemon daemon([&](Envelope, std::shared_ptr<Answering> one) {
    answering = std::move(one);
    asked.set_value();
  });
  const auto link = daemon.open(site.endpoint(), site.agent("db1"));
  ASSERT_TRUE(link.has_value());
  Gate gate;
  std::atomic<int> parts{0};
  std::promise<void> done;
  site.peers().ask("db1", {.function = "run"},
                   {.part =
                        [&](Value) {
                          if (parts++ == 0) gate.pass();
                          return true;
                        },
                    .end = [&](const Result<Value>&) { done.set_value(); }},
                   milliseconds(0));
  asked.get_future().wait();
  const std::string text(64 << 10, 'x');
  int sent = 0;
  while (answering->unsent() < (1 << 20)) {
    ASSERT_TRUE(answering->part(List{text}));
    ASSERT_LT(++sent, 1000);  // what the sockets hold between them is much less
  }
  EXPECT_LE(parts, 1);
  gate.open();
  EXPECT_TRUE(eventually([&] { return answering->unsent() == 0; }));
  answering->end(Value(List{}));
  done.get_future().wait();
  EXPECT_EQ(parts, sent);
}

TEST(LinkKeepalive, ASilentAgentIsAskedAndThenGivenUp) {
  Limits limits;
  limits.keepalive_probe = milliseconds(60);
  LinkSite site(limits);
  RawAgent raw(site.endpoint(), site.agent("db1"));
  const auto asked = read_courtesy(raw.read());
  EXPECT_EQ(asked.kind, Courtesy::ping);
  raw.send(our_reply(asked.id, Value()));
  for (int i = 0; i < 2; ++i) EXPECT_EQ(read_courtesy(raw.read()).kind, Courtesy::ping);
  EXPECT_EQ(raw.read(), "");
  EXPECT_EQ(site.peers().traffic().connections_broken, 1);
  EXPECT_TRUE(eventually([&] { return site.seen() == std::vector<std::string>{"+db1", "-db1"}; }));
}

TEST(LinkKeepalive, ALinkStaysWhenTheServerAsks) {
  Limits limits;
  limits.keepalive_probe = milliseconds(20);
  LinkSite site(limits);
  LinkLimits patient;
  patient.keepalive_probe = milliseconds(0);
  TestDaemon daemon(echo, patient);
  const auto link = daemon.open(site.endpoint(), site.agent("db1"));
  ASSERT_TRUE(link.has_value());
  // More than the two that the server would leave unanswered.
  EXPECT_TRUE(eventually([&] { return site.peers().traffic().pings > 5; }));
  EXPECT_EQ(site.ask("db1", List{1}), Value(List{1}));
  EXPECT_EQ(site.seen(), (std::vector<std::string>{"+db1"}));
}

TEST(LinkKeepalive, ALinkGivesUpAServerThatIsSilent) {
  Limits never;
  never.keepalive_probe = milliseconds(0);
  LinkSite site(never);
  LinkLimits limits;
  limits.keepalive_probe = milliseconds(20);
  TestDaemon daemon(echo, limits);
  const auto link = daemon.open(site.endpoint(), site.agent("db1"));
  ASSERT_TRUE(link.has_value());
  EXPECT_EQ(daemon.ask(*link, {.function = "x", .args = List{1}}), Value(List{1}));
  Gate gate;
  std::thread stuck([&] { site.service.on_io_thread([&] { gate.pass(); }); });
  const Error end = daemon.end_of(*link);
  EXPECT_EQ(end.code, Errc::unavailable);
  EXPECT_NE(end.message.find("keepalive_probe"), std::string::npos) << end.message;
  gate.open();
  stuck.join();
}

}  // namespace
}  // namespace mega
