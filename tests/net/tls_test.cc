// The TLS door of a PeerService and the callers that come by it.
#include "net/tls.h"

#include "net/client.h"
#include "tests/support/gate.h"
#include "tests/support/in_process_service.h"
#include "tests/support/peer.h"
#include "tests/support/site.h"
#include "wire/frame.h"
#include "wire/reply.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

namespace mega {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

std::int64_t id_of(std::string_view payload) {
  const auto envelope = parse_envelope(payload);
  return envelope ? envelope->id : 0;
}

// Answers who asks: "tls reader graphs".
std::optional<std::string> tell_who(const Caller& caller, std::string_view payload) {
  return our_reply(id_of(payload), Value(fmt::format("{} {} {}", name_of(caller.door),
                                                     name_of(caller.role), caller.name)));
}

// A service with a TLS door.
struct Served {
  explicit Served(
      Responder responder = tell_who, Limits limits = {},
      std::function<Result<void>(const Identity&)> admit =
          [](const Identity&) { return Result<void>(); })
      : service(std::move(responder), limits) {
    open(std::move(admit));
  }

  void open(std::function<Result<void>(const Identity&)> admit) {
    service.on_io_thread([&] {
      service.service().open_tls({.context = TlsContext::server(site.server()).value(),
                                  .clock = system_clock(),
                                  .admit = std::move(admit),
                                  .refused = [this](const Caller&, const Error&) { ++refused; }});
    });
  }

  Endpoint endpoint() const { return {Endpoint::Kind::tcp, "127.0.0.1", service.port()}; }

  Result<Value> ask(const Credentials& credentials, const AskLimits& limits = {}) const {
    const auto asker = Asker::open(endpoint(), limits, credentials);
    if (!asker) return fail(asker.error());
    return (*asker)->ask({.function = "whoami"});
  }

  // As a peer without a certificate.
  Result<Value> ask_to_join() const {
    const auto asker = Asker::open_to_join(endpoint(), {}, site.pin());
    if (!asker) return fail(asker.error());
    return (*asker)->ask({.function = "join"});
  }

  TestSite site;
  std::atomic<int> refused{0};
  InProcessService service;
};

TEST(TlsDoor, KnowsTheHolderOfACertificateByItsNameAndRole) {
  const Served served;
  for (const std::string role : {"reader", "agent", "operator"}) {
    SCOPED_TRACE(role);
    const auto answer = served.ask(served.site.holder("graphs", role));
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_EQ(*answer, Value("tls " + role + " graphs"));
  }
}

TEST(TlsDoor, TakesWhoHasNoCertificateForNobody) {
  const Served served;
  const auto asker = Asker::open_to_join(served.endpoint(), {}, served.site.pin());
  ASSERT_TRUE(asker.has_value()) << asker.error().message;
  EXPECT_EQ((*asker)->ask({.function = "join"}).value(), Value("tls none "));
}

TEST(TlsDoor, RefusesCertificatesThatAreNotGoodAndSaysWhy) {
  Served served(tell_who, {}, [](const Identity& identity) -> Result<void> {
    if (identity.name == "stolen") return fail(Errc::not_allowed, "stolen was revoked yesterday");
    return {};
  });
  const Time now = system_clock().now();
  const TestSite other;
  Credentials foreign = other.holder("graphs", "reader");
  foreign.ca = served.site.ca();
  const struct {
    const char* name;
    Credentials credentials;
    std::string says;
  } cases[] = {
      {"of another site", foreign, "another site"},
      {"ended two hours ago",
       served.site.holder("old", "reader", {now.seconds - 4 * 3600}, hours(2)), "ended"},
      {"from tomorrow", served.site.holder("early", "reader", {now.seconds + 24 * 3600}),
       "one of the two clocks is wrong"},
      {"revoked", served.site.holder("stolen", "operator"), "stolen was revoked yesterday"},
      {"a server's", served.site.holder("server2", "server"), "for a \"server\""},
      {"a role that nobody can have", served.site.holder("root", "admin"), "for a \"admin\""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = served.ask(c.credentials);
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code, Errc::not_allowed) << answer.error().message;
    EXPECT_NE(answer.error().message.find(c.says), std::string::npos) << answer.error().message;
  }
  EXPECT_EQ(served.service.service().traffic().requests, 0);
  EXPECT_EQ(served.service.service().traffic().handshakes_failed, std::ssize(cases));
  EXPECT_EQ(served.refused, std::ssize(cases));
}

TEST(TlsDoor, SurvivesClocksThatDifferByAnHour) {
  const Served served;
  const Time now = system_clock().now();
  EXPECT_TRUE(served.ask(served.site.holder("ahead", "reader", {now.seconds + 3600})));
  EXPECT_TRUE(
      served.ask(served.site.holder("just", "reader", {now.seconds - 7200 - 1800}, hours(2))));
}

TEST(TlsClient, RefusesServersThatAreNotOfItsSite) {
  const TestSite mine;
  const TestSite other;
  const Time now = system_clock().now();
  const struct {
    const char* name;
    Credentials server;
    std::string says;
  } cases[] = {
      {"another site's server", other.server(), "not of this site"},
      {"somebody of this site who is no server", mine.holder("db1", "agent"), "not"},
      {"one whose certificate has ended",
       mine.holder("s", "server", {now.seconds - 24 * 3600}, hours(2)), "ended"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    InProcessService service(tell_who);
    service.on_io_thread([&] {
      service.service().open_tls({.context = TlsContext::server(c.server).value(),
                                  .clock = system_clock(),
                                  .admit = [](const Identity&) { return Result<void>(); }});
    });
    const auto asker = Asker::open({Endpoint::Kind::tcp, "127.0.0.1", service.port()}, {},
                                   mine.holder("graphs", "reader"));
    ASSERT_FALSE(asker.has_value());
    EXPECT_EQ(asker.error().code, Errc::not_allowed) << asker.error().message;
    EXPECT_NE(asker.error().message.find(c.says), std::string::npos) << asker.error().message;
    EXPECT_EQ(service.service().traffic().requests, 0);
  }
}

TEST(TlsClient, ThatJoinsSendsNothingButAClientHelloToAServerWithAnotherPin) {
  const TestSite site;
  const TestSite other;
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
  auto client =
      TlsSession::begin(TlsContext::joining(other.pin(), system_clock()).value(), pair[0]);
  ASSERT_EQ(client->handshake().value(), TlsSession::Step::wants_read);
  char bytes[65536];
  const ssize_t hello = ::recv(pair[1], bytes, sizeof bytes, 0);
  ASSERT_GT(hello, 5);
  EXPECT_EQ(bytes[0], 0x16);  // one record: a handshake message
  const int record =
      static_cast<unsigned char>(bytes[3]) << 8 | static_cast<unsigned char>(bytes[4]);
  EXPECT_EQ(record + 5, hello);
  EXPECT_EQ(bytes[5], 1);  // ClientHello

  const std::string_view received(bytes, static_cast<std::size_t>(hello));
  auto server = TlsSession::begin(TlsContext::server(site.server()).value(), pair[1], received);
  ASSERT_EQ(server->handshake().value(), TlsSession::Step::wants_read);
  const auto step = client->handshake();
  ASSERT_FALSE(step.has_value());
  EXPECT_EQ(step.error().code, Errc::not_allowed);
  EXPECT_NE(step.error().message.find("another site"), std::string::npos) << step.error().message;
  client->close();
  EXPECT_EQ(::recv(pair[1], bytes, sizeof bytes, 0), -1);  // not even an alert
  EXPECT_EQ(errno, EAGAIN);
  ::close(pair[0]);
  ::close(pair[1]);
}

TEST(TlsDoor, CarriesTwentyMegabytesBothWays) {
  const Served served([](const Caller&, std::string_view payload) {
    const auto envelope = parse_envelope(payload);
    return std::optional(our_reply(envelope->id, envelope->args));
  });
  const auto asker = Asker::open(served.endpoint(), {}, served.site.holder("graphs", "reader"));
  ASSERT_TRUE(asker.has_value()) << asker.error().message;
  const Value big(std::string(20 << 20, 'x'));
  for (int i = 0; i < 2; ++i) {
    const auto answer = (*asker)->ask({.function = "echo", .args = big});
    ASSERT_TRUE(answer.has_value()) << answer.error().message;
    EXPECT_TRUE(*answer == big);
  }
}

TEST(TlsDoor, AnswersManyCallersAtOnce) {
  const Served served;
  const Credentials credentials = served.site.holder("graphs", "reader");
  std::atomic<int> answered{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] {
      for (int round = 0; round < 3; ++round) {
        const auto asker = Asker::open(served.endpoint(), {}, credentials);
        for (int call = 0; asker && call < 20; ++call) {
          if ((*asker)->ask({.function = "whoami"})) ++answered;
        }
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(answered, 8 * 3 * 20);
}

TEST(TlsDoor, EndsTheConnectionsOfAName) {
  Served served;
  const auto graphs = Asker::open(served.endpoint(), {}, served.site.holder("graphs", "reader"));
  const auto deploy = Asker::open(served.endpoint(), {}, served.site.holder("deploy", "operator"));
  ASSERT_TRUE(graphs && deploy);
  ASSERT_TRUE((*graphs)->ask({.function = "whoami"}));
  ASSERT_TRUE((*deploy)->ask({.function = "whoami"}));
  EXPECT_EQ(served.service.service().end_connections("graphs"), 1);
  EXPECT_FALSE((*graphs)->ask({.function = "whoami"}));
  EXPECT_TRUE((*deploy)->ask({.function = "whoami"}));
  EXPECT_EQ(served.service.service().end_connections("nobody"), 0);
}

TEST(TlsDoor, LooksAgainWhenSomebodyIsRevokedDuringTheHandshake) {
  Gate gate;
  std::atomic<bool> revoked{false};
  std::atomic<int> asked{0};
  Served served(tell_who, {}, [&](const Identity& identity) -> Result<void> {
    const bool was_revoked = revoked;
    if (asked++ == 0) gate.pass();
    if (was_revoked) return fail(Errc::not_allowed, "{} was revoked", identity.name);
    return {};
  });
  Result<Value> answer = Value();
  std::thread caller([&] { answer = served.ask(served.site.holder("graphs", "reader")); });
  ASSERT_TRUE(eventually([&] { return asked == 1; }));
  revoked = true;
  EXPECT_EQ(served.service.service().end_connections("graphs"), 0);  // has no name yet
  gate.open();
  caller.join();
  EXPECT_FALSE(answer.has_value());
  EXPECT_EQ(served.service.service().traffic().requests, 0);
}

TEST(TlsDoor, DropsWhoIsSlowWithItsHandshake) {
  Limits limits;
  limits.frame_time = milliseconds(60);
  const Served served(tell_who, limits);
  const struct {
    const char* name;
    std::string bytes;
  } cases[] = {
      {"the first byte", "\x16"},
      {"part of a record", std::string("\x16\x03\x01\x02\x00\x01", 6)},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Peer peer = Peer::to_port(served.service.port());
    peer.send(c.bytes);
    EXPECT_TRUE(peer.closed());
  }
}

TEST(TlsDoor, HoldsNobodyUpWhileHandshakesAreUnderWay) {
  Gate gate;
  Served served(tell_who, {}, [&](const Identity&) -> Result<void> {
    gate.pass();
    return {};
  });
  std::thread caller([&] { (void)served.ask(served.site.holder("graphs", "reader")); });
  Peer peer = Peer::to_unix(served.service.socket());
  peer.send(encode_frame(R"({"ID":1,"VALUE":"whoami"})"));
  EXPECT_FALSE(peer.read_frame().empty());
  gate.open();
  caller.join();
}

TEST(TlsDoor, MakesWhoFailsTooOftenWait) {
  Served served;
  for (int i = 0; i < 11; ++i) {
    Peer peer = Peer::to_port(served.service.port());
    peer.send(std::string("\x16\x03\x01\x00\x05hello", 10));
    EXPECT_TRUE(peer.closed());
  }
  ASSERT_TRUE(
      eventually([&] { return served.service.service().traffic().handshakes_failed == 11; }));
  const auto refused = served.ask_to_join();
  ASSERT_FALSE(refused.has_value());
  EXPECT_NE(refused.error().message.find("failed too often"), std::string::npos)
      << refused.error().message;
  // A holder of a certificate at the same address is not concerned.
  EXPECT_TRUE(served.ask(served.site.holder("graphs", "reader")).has_value());
  // After its second it may come in again.
  EXPECT_TRUE(eventually([&] { return served.ask_to_join().has_value(); }));
}

TEST(TlsDoor, CountsHellosThatStallAsFailures) {
  Limits limits;
  limits.frame_time = milliseconds(30);
  const Served served(tell_who, limits);
  for (int i = 0; i < 11; ++i) {
    Peer peer = Peer::to_port(served.service.port());
    peer.send("\x16");
    EXPECT_TRUE(peer.closed());
  }
  const auto waits = [&] {
    const auto refused = served.ask_to_join();
    return !refused && refused.error().message.find("failed too often") != std::string::npos;
  };
  EXPECT_TRUE(eventually(waits));
}

TEST(TlsDoor, SharesRequestsAmongNames) {
  Gate gate;
  Limits limits;
  limits.requests_max = 4;
  Served served(
      [&](const Caller& caller, std::string_view payload) {
        if (caller.name == "greedy") gate.pass();
        return tell_who(caller, payload);
      },
      limits);
  std::vector<std::thread> askers;
  std::atomic<int> answered{0}, refused{0};
  for (int i = 0; i < 3; ++i) {
    askers.emplace_back(
        [&] { ++(served.ask(served.site.holder("greedy", "reader")) ? answered : refused); });
  }
  EXPECT_TRUE(eventually([&] { return refused == 1; }));
  EXPECT_TRUE(served.ask(served.site.holder("other", "reader")).has_value());
  gate.open();
  for (std::thread& asker : askers) asker.join();
  EXPECT_EQ(answered, 2);
}

TEST(TlsDoor, CountsConnectionsOfHoldersByTheirNames) {
  Limits limits;
  limits.connections_per_address_max = 2;
  const Served served(tell_who, limits);
  std::vector<std::unique_ptr<Asker>> kept;
  const auto ask_and_keep = [&](const std::string& name) {
    auto asker = Asker::open(served.endpoint(), {}, served.site.holder(name, "agent"));
    if (!asker) return false;
    const bool answered = (*asker)->ask({.function = "whoami"}).has_value();
    kept.push_back(std::move(*asker));
    return answered;
  };
  for (const char* name : {"db1", "db2", "db3", "db1"}) EXPECT_TRUE(ask_and_keep(name)) << name;
  EXPECT_FALSE(ask_and_keep("db1"));
}

TEST(TlsDoor, LetsNobodyElseWaitForWhatAKnownHolderDid) {
  Served served(tell_who, {}, [](const Identity& identity) -> Result<void> {
    if (identity.name == "stolen") return fail(Errc::not_allowed, "stolen was revoked yesterday");
    return {};
  });
  const Credentials stolen = served.site.holder("stolen", "reader");
  for (int i = 0; i < 15; ++i) EXPECT_FALSE(served.ask(stolen).has_value());
  EXPECT_EQ(served.service.service().traffic().handshakes_failed, 15);
  EXPECT_TRUE(served.ask(served.site.holder("graphs", "reader")).has_value());
}

TEST(TlsDoor, IsShutUntilItIsOpened) {
  InProcessService service(tell_who);
  const TestSite site;
  const auto asker = Asker::open({Endpoint::Kind::tcp, "127.0.0.1", service.port()}, {},
                                 site.holder("graphs", "reader"));
  ASSERT_FALSE(asker.has_value());
  EXPECT_EQ(asker.error().code, Errc::unavailable);
  // As a server does to an address that has to wait, too: the message says so.
  EXPECT_NE(asker.error().message.find("connections failed too often"), std::string::npos)
      << asker.error().message;
}

TEST(TlsContext, RefusesCredentialsThatDoNotBelongTogether) {
  const TestSite site;
  Credentials mixed = site.server();
  mixed.key = make_key().value();
  EXPECT_EQ(TlsContext::server(mixed).error().code, Errc::invalid_argument);
  EXPECT_EQ(TlsContext::client(mixed, system_clock()).error().code, Errc::invalid_argument);
  EXPECT_FALSE(TlsContext::server({.ca = "no PEM", .certificate = "", .key = ""}).has_value());
}

}  // namespace
}  // namespace mega
