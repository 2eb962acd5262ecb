// Asking both ways on one connection: a PeerService and the links of daemons to it.
#include "net/link.h"

#include "net/client.h"
#include "net/socket_address.h"
#include "tests/support/gate.h"
#include "tests/support/link_site.h"
#include "tests/support/relay.h"
#include "tests/support/test_daemon.h"
#include "wire/parted_reply.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

namespace mega {
namespace {

using std::chrono::milliseconds;

// Answers that a test gives later, or never.
class Withheld {
 public:
  void add(std::shared_ptr<Answering> answering) {
    const std::lock_guard lock(mutex_);
    all_.push_back(std::move(answering));
  }
  // The first; nullptr while there is none.
  std::shared_ptr<Answering> first() {
    const std::lock_guard lock(mutex_);
    return all_.empty() ? nullptr : all_.front();
  }

 private:
  std::mutex mutex_;
  std::vector<std::shared_ptr<Answering>> all_;
};

TEST(Link, CarriesQuestionsBothWays) {
  LinkSite site;
  TestDaemon daemon(echo);
  const auto link = daemon.open(site.endpoint(), site.agent("db1"));
  ASSERT_TRUE(link.has_value()) << link.error().message;
  EXPECT_TRUE(site.peers().present("db1"));
  EXPECT_EQ(site.ask("db1", List{1, "two"}), (Value(List{1, "two"})));
  EXPECT_EQ(daemon.ask(*link, {.function = "x", .args = List{3}}), (Value(List{3})));
}

TEST(Link, FindsTheServerByItsName) {
  LinkSite site;
  TestDaemon daemon(echo);
  Endpoint endpoint = site.endpoint();
  endpoint.host = "localhost";
  const auto link = daemon.open(endpoint, site.agent("db1"));
  ASSERT_TRUE(link.has_value()) << link.error().message;
  EXPECT_EQ((*link)->server(), to_text(endpoint));
}

// A thousand each way, and the daemon answers the last question first.
TEST(Link, KeepsAThousandQuestionsEachWayApart) {
  constexpr int count = 1000;
  LinkSite site;
  std::vector<std::pair<Value, std::shared_ptr<Answering>>> held;
  std::thread answers;
  TestDaemon daemon([&](Envelope request, std::shared_ptr<Answering> answering) {
    held.emplace_back(request.args, std::move(answering));
    if (held.size() < count) return;
    answers = std::thread([&] {
      for (; !held.empty(); held.pop_back()) held.back().second->end(held.back().first);
    });
  });
  const auto link = daemon.open(site.endpoint(), site.agent("db1"));
  ASSERT_TRUE(link.has_value());
  std::atomic<int> right{0};
  std::atomic<int> ended{0};
  for (int i = 0; i < count; ++i) {
    site.peers().ask("db1", {.function = "echo", .args = List{i}},
                     {.end =
                          [&, i](Result<Value> end) {
                            if (end == Value(List{i})) ++right;
                            ++ended;
                          }},
                     milliseconds(0));
  }
  int up = 0;
  for (int i = 0; i < count; ++i) {
    if (daemon.ask(*link, {.function = "x", .args = List{i}}) == Value(List{i})) ++up;
  }
  EXPECT_EQ(up, count);
  EXPECT_TRUE(eventually([&] { return ended == count; }));
  EXPECT_EQ(right, count);
  answers.join();
}

TEST(Link, HandsPartsOverInTheirOrder) {
  LinkSite site;
  TestDaemon daemon([](Envelope, std::shared_ptr<Answering> answering) {
    for (int i = 0; i < 100; ++i) EXPECT_TRUE(answering->part(List{i}));
    answering->end(Value(List{100}));
  });
  const auto link = daemon.open(site.endpoint(), site.agent("db1"));
  ASSERT_TRUE(link.has_value());
  List all;
  std::promise<void> done;
  site.peers().ask("db1", {.function = "run"},
                   {.part =
                        [&](Value part) {
                          all.push_back(part.as<List>()->at(0));
                          return true;
                        },
                    .end =
                        [&](Result<Value> end) {
                          all.push_back(end->as<List>()->at(0));
                          done.set_value();
                        }},
                   milliseconds(0));
  done.get_future().wait();
  ASSERT_EQ(all.size(), 101u);
  for (int i = 0; i <= 100; ++i) EXPECT_EQ(all[static_cast<std::size_t>(i)], Value(i));
}

TEST(Link, JoinsThePartsOfTheServersAnswer) {
  Rows rows{std::make_shared<std::vector<std::string>>(1, "n"), {}};
  for (int i = 0; i < 50'000; ++i) rows.cells.emplace_back(i);
  LinkSite site({}, [&](const Caller&, std::string_view payload) {
    PartedReply parts(parse_envelope(payload)->id, Value(rows));
    Reply reply(*parts.next());
    reply.rest = [parts = std::move(parts)]() mutable { return parts.next(); };
    return std::optional(std::move(reply));
  });
  TestDaemon daemon(echo);
  const auto link = daemon.open(site.endpoint(), site.agent("db1"));
  ASSERT_TRUE(link.has_value());
  const auto answer = daemon.ask(*link, {.function = "x"});
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  ASSERT_TRUE(answer->is<List>());
  EXPECT_EQ(answer->as<List>()->size(), 50'000u);
  EXPECT_EQ(answer->as<List>()->back(), (Value(Map{{"n", 49'999}})));
}

TEST(Link, CarriesLargeQuestionsAndAnswers) {
  LinkSite site;
  TestDaemon daemon(echo);
  const auto link = daemon.open(site.endpoint(), site.agent("db1"));
  ASSERT_TRUE(link.has_value());
  const Value big(List{std::string(4 << 20, 'x')});
  EXPECT_TRUE(site.ask("db1", big) == big);
  EXPECT_TRUE(daemon.ask(*link, {.function = "x", .args = big}) == big);
}

TEST(Link, LosesWhatIsOpenWhenTheConnectionEnds) {
  LinkSite site;
  Withheld never;
  TestDaemon daemon(
      [&](Envelope, std::shared_ptr<Answering> answering) { never.add(std::move(answering)); });
  auto relay = std::make_unique<Relay>(site.service.port());
  const auto link =
      daemon.open({Endpoint::Kind::tcp, "127.0.0.1", relay->port()}, site.agent("db1"));
  ASSERT_TRUE(link.has_value()) << link.error().message;
  std::thread cut([&] {
    EXPECT_TRUE(eventually([&] { return never.first() != nullptr; }));
    relay.reset();
  });
  const auto lost = site.ask("db1", {}, milliseconds(0));
  cut.join();
  ASSERT_FALSE(lost.has_value());
  EXPECT_EQ(lost.error().code, Errc::unavailable) << lost.error().message;
  EXPECT_EQ(daemon.end_of(*link).code, Errc::unavailable);
  EXPECT_FALSE(daemon.ask(*link, {.function = "x"}).has_value());
  EXPECT_TRUE(eventually([&] { return !site.peers().present("db1"); }));
  EXPECT_EQ(site.seen(), (std::vector<std::string>{"+db1", "-db1"}));
  const auto nobody = site.ask("db1", {});
  ASSERT_FALSE(nobody.has_value());
  EXPECT_EQ(nobody.error().message, "db1 is not connected");
  EXPECT_FALSE(never.first()->end(Value()));
}

TEST(Link, LosesWhatIsOpenWhenTheServerStops) {
  LinkSite site;
  Withheld never;
  TestDaemon daemon([&](Envelope, std::shared_ptr<Answering> answering) {
    never.add(std::move(answering));
    site.service.begin_drain();
  });
  const auto link = daemon.open(site.endpoint(), site.agent("db1"));
  ASSERT_TRUE(link.has_value());
  const auto lost = site.ask("db1", {}, milliseconds(0));
  ASSERT_FALSE(lost.has_value());
  EXPECT_EQ(lost.error().message, "the server is stopping");
  EXPECT_EQ(daemon.end_of(*link).code, Errc::unavailable);
}

TEST(Link, OfTwoConnectionsOfOneNameTheNewerIsAsked) {
  LinkSite site;
  const auto answer = [](const char* text) {
    return [text](Envelope, std::shared_ptr<Answering> answering) { answering->end(Value(text)); };
  };
  TestDaemon first(answer("first"));
  TestDaemon second(answer("second"));
  const auto one = first.open(site.endpoint(), site.agent("db1"));
  ASSERT_TRUE(one.has_value());
  const auto two = second.open(site.endpoint(), site.agent("db1"));
  ASSERT_TRUE(two.has_value());
  EXPECT_EQ(site.ask("db1", {}), Value("second"));
  (*two)->close();
  EXPECT_TRUE(eventually([&] { return site.peers().connections() == 1; }));
  EXPECT_EQ(site.ask("db1", {}), Value("first"));
  (*one)->close();
  EXPECT_TRUE(eventually([&] { return site.peers().connections() == 0; }));
  EXPECT_EQ(site.seen(), (std::vector<std::string>{"+db1", "-db1"}));
}

// What root calls on the host of a daemon has its certificate, and no part in its tasks.
TEST(Link, WhoOnlyCallsIsNotAsked) {
  LinkSite site;
  const auto caller = Asker::open(site.endpoint(), {}, site.agent("db1"));
  ASSERT_TRUE(caller.has_value());
  EXPECT_TRUE((*caller)->ask({.function = "x", .args = List{1}}).has_value());
  EXPECT_FALSE(site.peers().present("db1"));
  EXPECT_FALSE(site.ask("db1", {}).has_value());
}

TEST(Link, NobodyButAnAgentAttends) {
  LinkSite site({}, [](const Caller&, std::string_view payload) {
    return std::optional(our_reply(parse_envelope(payload)->id,
                                   fail(Errc::unknown_function, "there is no such function")));
  });
  TestDaemon daemon(echo);
  const auto link = daemon.open(site.endpoint(), site.site.holder("deploy", "operator"));
  ASSERT_FALSE(link.has_value());
  EXPECT_EQ(link.error().code, Errc::unknown_function) << link.error().message;
  EXPECT_FALSE(site.peers().present("deploy"));
}

TEST(Link, ARequestThatIsDroppedIsAnswered) {
  LinkSite site;
  TestDaemon daemon([](Envelope, std::shared_ptr<Answering>) {});
  const auto link = daemon.open(site.endpoint(), site.agent("db1"));
  ASSERT_TRUE(link.has_value());
  EXPECT_EQ(site.ask("db1", {}).error().code, Errc::internal);
}

TEST(Link, AQuestionThatTakesTooLongTimesOutAndItsAnswerHarmsNobody) {
  Limits limits;
  limits.frame_time = milliseconds(80);  // how often limits are looked at
  LinkSite site(limits);
  Withheld withheld;
  TestDaemon daemon([&](Envelope request, std::shared_ptr<Answering> answering) {
    if (request.args.is_none()) {
      withheld.add(std::move(answering));
    } else {
      echo(std::move(request), std::move(answering));
    }
  });
  const auto link = daemon.open(site.endpoint(), site.agent("db1"));
  ASSERT_TRUE(link.has_value());
  const auto answer = site.ask("db1", {}, milliseconds(20));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, Errc::timed_out);
  const auto late = withheld.first();
  for (int i = 0; i < 200; ++i) EXPECT_TRUE(late->part(List{i}));
  EXPECT_TRUE(late->end(Value()));
  EXPECT_EQ(site.ask("db1", List{1}), Value(List{1}));

  Gate gate;
  LinkSite slow({}, [&](const Caller&, std::string_view payload) {
    gate.pass();
    return std::optional(our_reply(parse_envelope(payload)->id, Value()));
  });
  const auto other = daemon.open(slow.endpoint(), slow.agent("db1"));
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(daemon.ask(*other, {.function = "x"}, milliseconds(20)).error().code, Errc::timed_out);
  gate.open();
  EXPECT_EQ(slow.ask("db1", List{1}), Value(List{1}));
}

TEST(Link, SaysWhyItDoesNotComeIn) {
  LinkSite site;
  site.revoked = "db2";
  const TestSite elsewhere;
  TestDaemon daemon(echo);
  Endpoint closed = site.endpoint();
  {
    InProcessService gone(give_back);
    closed.port = gone.port();
  }
  Endpoint nowhere = site.endpoint();
  nowhere.host = "no-such-host.invalid";
  const struct {
    const char* name;
    Endpoint endpoint;
    Credentials own;
    Errc code;
    const char* says;
  } rows[] = {
      {"revoked", site.endpoint(), site.agent("db2"), Errc::not_allowed, "db2 was revoked"},
      {"of another site", site.endpoint(), elsewhere.holder("db1", "agent"), Errc::not_allowed,
       "not of this site"},
      {"nobody there", closed, site.agent("db1"), Errc::unavailable, "Connection refused"},
      {"no such host", nowhere, site.agent("db1"), Errc::unavailable, "no-such-host.invalid"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto link = daemon.open(row.endpoint, row.own);
    ASSERT_FALSE(link.has_value());
    EXPECT_EQ(link.error().code, row.code) << link.error().message;
    EXPECT_NE(link.error().message.find(row.says), std::string::npos) << link.error().message;
  }
}

TEST(Link, GivesUpAPeerThatDoesNotShakeHands) {
  LinkSite site;
  LinkLimits limits;
  limits.connect = milliseconds(50);
  TestDaemon daemon(echo, limits);
  const int listening = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto any = SocketAddress::ip("127.0.0.1", 0);
  ASSERT_EQ(::bind(listening, any->data(), any->size()), 0);
  ASSERT_EQ(::listen(listening, 8), 0);
  const Endpoint endpoint{Endpoint::Kind::tcp, "127.0.0.1", SocketAddress::of(listening)->port()};
  const auto link = daemon.open(endpoint, site.agent("db1"));
  ASSERT_FALSE(link.has_value());
  EXPECT_NE(link.error().message.find("no TLS handshake in time"), std::string::npos)
      << link.error().message;
  ::close(listening);
}

}  // namespace
}  // namespace mega
