// From a host's spool to the server, which here is a function.
#include "mail/agent/mail_carrier.h"

#include "net/coroutines.h"
#include "tests/support/fake_clock.h"
#include "tests/tasks/agent/runner_fixture.h"

namespace mega {
namespace {

using std::chrono::seconds;
using Words = std::vector<std::string>;

class MailCarrierTest : public RunnerFixture {
 protected:
  MailCarrierTest() { open(); }

  // A daemon that starts, does what is due at its start, and ends; what it was `asked` before.
  void live(const std::string& asked = "", const Map& arguments = {}) {
    MailCarrier carrier(io, workers, clock, *spool,
                        [this](Envelope envelope) { return take(std::move(envelope)); });
    AgentFunctions functions;
    carrier.add_to(functions);
    const auto ask = [&](const std::string& function, const Map& given) {
      functions.answer({.id = 1, .function = function, .args = Value(given)},
                       {.part = nullptr,
                        .end = [this](const Result<Value>& result) { answer = result; },
                        .unsent = nullptr});
    };
    if (!asked.empty()) ask(asked, arguments);
    spawn(io.get_executor(), carrier.carry(), "mail");
    asio::post(io, [&] { carrier.stop(); });
    run_io();
    ask("get_all_mail", {});
  }

  asio::awaitable<Result<Value>> take(Envelope envelope) {
    const auto* mail = envelope.args.as<Map>()->find(std::string_view("mail"))->as<Map>();
    handed.push_back(*mail->find(std::string_view("id"))->as<std::string>());
    if (answers_get_lost) co_return fail(Errc::unavailable, "the connection was cut");
    co_return Value(1);
  }

  // The state and the words of the mail that waits, as a list shows them.
  Words listed() const {
    const auto* rows = answer->as<Rows>();
    if (!rows || rows->size() != 1) return {};
    return {*rows->cells.at(2).as<std::string>(), *rows->cells.at(9).as<std::string>()};
  }

  FakeClock clock;
  Workers workers{1};
  std::unique_ptr<MailSpool> spool = MailSpool::open(scratch / "mail").value();
  bool answers_get_lost = false;
  Words handed;
  Result<Value> answer = Value();
};

TEST_F(MailCarrierTest, HandsOverAgainWhenAnAnswerGotLost) {
  ASSERT_TRUE(spool->add({{"id", "one"}, {"to", List{"a@x"}}}, clock.now()));
  answers_get_lost = true;
  live();
  EXPECT_EQ(listed(), (Words{"waiting", "the connection was cut"}));
  answers_get_lost = false;
  live();
  live();
  EXPECT_EQ(handed, (Words{"one", "one"}));
  EXPECT_TRUE(spool->list().empty());
}

// The server knows a repeat as one for twice as long (handed_mail_memory).
TEST_F(MailCarrierTest, WhatIsTooOldToBeKnownAsARepeatWaitsForAPerson) {
  ASSERT_TRUE(spool->add({{"id", "one"}, {"to", List{"a@x"}}}, clock.now()));
  answers_get_lost = true;
  live();
  clock.advance(mail_wait_max - seconds(1));
  live();
  EXPECT_EQ(handed.size(), 2U);
  answers_get_lost = false;
  clock.advance(seconds(1));
  live();
  EXPECT_EQ(handed.size(), 2U);
  EXPECT_EQ(listed(), (Words{"failed",
                             "no server took it within 30 days: `mega mail --retry 1` "
                             "sends it, perhaps once more"}));
  live("retry_mail", {{"id", 1}});
  EXPECT_EQ(handed.size(), 3U);
  EXPECT_TRUE(spool->list().empty());
}

// The connection breaks whenever it carries the first mail, and is there again at once.
TEST_F(MailCarrierTest, AMailThatBreaksTheConnectionDoesNotKeepTheOthers) {
  ASSERT_TRUE(spool->add({{"id", "poison"}, {"to", List{"a@x"}}}, clock.now()));
  ASSERT_TRUE(spool->add({{"id", "other"}, {"to", List{"a@x"}}}, clock.now()));
  MailCarrier* living = nullptr;
  const MailCarrier::Ask breaks = [&](Envelope envelope) -> asio::awaitable<Result<Value>> {
    const auto taken = co_await take(std::move(envelope));
    if (handed.back() != "poison") co_return taken;
    // The daemon hears of the new connection after the failure.
    asio::post(io, [&] { handed.size() < 4 ? living->server_is_there() : living->stop(); });
    co_return fail(Errc::unavailable, "the connection was cut");
  };
  MailCarrier carrier(io, workers, clock, *spool, breaks);
  living = &carrier;
  spawn(io.get_executor(), carrier.carry(), "mail");
  run_io();
  EXPECT_EQ(handed, (Words{"poison", "other", "poison", "poison"}));
}

}  // namespace
}  // namespace mega
