// The queue against relays that fail, with a store in memory and a clock that stands still.
#include "mail/server/mail_queue.h"
#include "mail/store/mail_store.h"
#include "tests/support/store.h"

#include "mail/server/outbox.h"
#include "tests/support/fake_clock.h"
#include "tests/support/scripted_relay.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

using Step = ScriptedRelay::Step;
using Fault = ScriptedRelay::Fault;
using std::chrono::seconds;

const Author author{.who = "ada", .door = "unix", .function = "send_mail"};

class MailQueueTest : public testing::Test {
 protected:
  MailQueueTest() : store(Store::open_in_memory(clock).value()) {
    smtp.tls = SmtpTls::none;
    smtp.helo = "client.test";
  }

  void use(const ScriptedRelay& relay) { smtp.relays = {{"127.0.0.1", relay.port()}}; }

  MailQueue queue() {
    return MailQueue(mail_store, clock, smtp, options,
                     [this](const QueuedMail& mail, const std::string& why) {
                       failures.push_back(mail.subject + ": " + why);
                     });
  }

  std::int64_t post(const std::string& subject, std::vector<MailAddress> to = {{"", "a@x.org"}},
                    std::string text = "text\n") {
    const Outbox outbox(mail_store, clock, {.sender = {"", "mega@db1"}}, nullptr);
    return outbox.post(author, {.to = std::move(to), .subject = subject, .text = std::move(text)})
        .value();
  }

  // A cell of the newest mail.
  std::string cell(std::string_view column) const {
    const auto rows = mail_store.mails(State::all, 1).value();
    const auto& columns = *rows.columns;
    const auto at = std::ranges::find(columns, column) - columns.begin();
    const Value& value = rows.cells.at(static_cast<std::size_t>(at));
    if (const auto* text = value.as<std::string>()) return *text;
    if (const auto* time = value.as<Time>()) return format_local(*time);
    const auto* number = value.as<std::int64_t>();
    return number ? std::to_string(*number) : "";
  }

  FakeClock clock;
  std::unique_ptr<Store> store;
  MailStore mail_store{*store->database};
  SmtpOptions smtp;
  MailQueueOptions options;
  std::vector<std::string> failures;
};

TEST_F(MailQueueTest, SendsAllThatIsDueOverOneConnection) {
  const ScriptedRelay relay({});
  use(relay);
  for (int i = 0; i < 5; ++i) post(fmt::format("mail {}", i));
  ASSERT_TRUE(queue().run().has_value());
  ASSERT_EQ(relay.messages().size(), 5U);
  EXPECT_NE(relay.messages()[4].find("Subject: mail 4\n"), std::string::npos);
  EXPECT_EQ(std::ranges::count(relay.commands(), std::string("EHLO client.test")), 1);
  EXPECT_EQ(cell("state"), "sent");
  EXPECT_EQ(cell("words"), "250 taken");
  EXPECT_EQ(mail_store.mail_part(1, 0).value(), "") << "its text is kept no longer than needed";
  EXPECT_TRUE(failures.empty());
}

TEST_F(MailQueueTest, LargeMailComesOutAsItWentIn) {
  const ScriptedRelay relay({.offers = {}});
  use(relay);
  const std::string text = [] {
    std::string lines;
    for (int i = 0; i < 60'000; ++i) lines += fmt::format("line {}\n", i);
    return lines;
  }();
  post("large", {{"", "a@x.org"}}, text);
  ASSERT_TRUE(queue().run().has_value());
  ASSERT_EQ(relay.messages().size(), 1U);
  EXPECT_TRUE(relay.messages()[0].ends_with("\n\n" + text));
}

TEST_F(MailQueueTest, WaitsLongerFromTryToTry) {
  const ScriptedRelay relay({.at = Step::rcpt, .fault = Fault::later});
  use(relay);
  post("later");
  auto work = queue();
  for (const int pause : {60, 120, 240, 480, 960, 1920, 3600, 3600}) {
    const auto tried = relay.commands().size();
    ASSERT_EQ(work.run().value(), seconds(pause));
    EXPECT_GT(relay.commands().size(), tried);
    clock.advance(seconds(pause - 1));
    const auto before = relay.commands().size();
    ASSERT_TRUE(work.run().has_value());
    EXPECT_EQ(relay.commands().size(), before) << "too early";
    clock.advance(seconds(1));
  }
  EXPECT_EQ(cell("state"), "waiting");
  EXPECT_EQ(cell("words"), "450 4.2.1 not now later");
}

TEST_F(MailQueueTest, GivesUpInTheEnd) {
  const ScriptedRelay relay({.at = Step::rcpt, .fault = Fault::later});
  use(relay);
  post("too late");
  auto work = queue();
  ASSERT_TRUE(work.run().has_value());
  clock.advance(options.give_up + seconds(1));
  ASSERT_TRUE(work.run().has_value());
  EXPECT_EQ(cell("state"), "failed");
  EXPECT_EQ(failures, std::vector<std::string>{"too late: not delivered within 4d"});
}

TEST_F(MailQueueTest, WithoutARelayAllWaitsAndNothingIsLost) {
  int port = 0;
  {
    const ScriptedRelay gone({});
    port = gone.port();
  }
  smtp.relays = {{"127.0.0.1", static_cast<std::uint16_t>(port)}};
  post("one");
  post("two");
  auto work = queue();
  EXPECT_EQ(work.run().value(), seconds(60));
  EXPECT_EQ(work.run().value(), seconds(60)) << "no try before the pause is over";
  clock.advance(seconds(60));
  EXPECT_EQ(work.run().value(), seconds(120));
  EXPECT_EQ(cell("state"), "waiting");
  EXPECT_EQ(cell("tries"), "2");
  EXPECT_NE(cell("words").find("cannot connect"), std::string::npos);
  const ScriptedRelay back({});
  use(back);
  clock.advance(seconds(120));
  ASSERT_TRUE(work.run().has_value());
  EXPECT_EQ(back.messages().size(), 2U);
}

TEST_F(MailQueueTest, WhatIsRefusedForGoodIsToldOfOnce) {
  const ScriptedRelay relay({.at = Step::end, .fault = Fault::refuses});
  use(relay);
  post("no");
  ASSERT_TRUE(queue().run().has_value());
  EXPECT_EQ(cell("state"), "failed");
  EXPECT_EQ(failures, std::vector<std::string>{"no: a@x.org: 554 5.7.1 never"});
  ASSERT_TRUE(queue().run().has_value());
  EXPECT_EQ(failures.size(), 1U);
  const ScriptedRelay other({});
  use(other);
  ASSERT_TRUE(mail_store.retry_mail(author, 1).has_value());
  ASSERT_TRUE(queue().run().has_value());
  EXPECT_EQ(other.messages().size(), 1U);
  EXPECT_EQ(cell("state"), "sent");
  EXPECT_EQ(mail_store.retry_mail(author, 1).error().code, Errc::refused);
}

TEST_F(MailQueueTest, ManyRecipientsGoInParts) {
  const ScriptedRelay relay({});
  use(relay);
  std::vector<MailAddress> many;
  for (int i = 0; i < 250; ++i) many.push_back({"", fmt::format("r{}@x.org", i)});
  post("many", many);
  ASSERT_TRUE(queue().run().has_value());
  EXPECT_EQ(relay.messages().size(), 3U);
  EXPECT_EQ(cell("state"), "sent");
  EXPECT_EQ(cell("recipients"), "250");
}

// The relay takes the whole message and says nothing: nobody knows.
TEST_F(MailQueueTest, WhatIsInDoubtIsHeldOrSentAgain) {
  for (const bool resend : {false, true}) {
    const ScriptedRelay silent({.at = Step::end, .fault = Fault::closes});
    use(silent);
    options.resend_doubtful = resend;
    const auto id = post("in doubt");
    ASSERT_TRUE(queue().run().has_value());
    EXPECT_EQ(silent.messages().size(), 1U);
    EXPECT_EQ(cell("state"), resend ? "waiting" : "doubtful");
    const ScriptedRelay good({});
    use(good);
    if (!resend) {
      ASSERT_TRUE(queue().run().has_value());
      EXPECT_TRUE(good.messages().empty());
      ASSERT_TRUE(mail_store.retry_mail(author, id).has_value());
    }
    clock.advance(seconds(60));
    ASSERT_TRUE(queue().run().has_value());
    EXPECT_EQ(good.messages().size(), 1U);
    EXPECT_EQ(cell("state"), "sent");
  }
}

// As after a crash between the end of the message and the relay's word on it.
TEST_F(MailQueueTest, WhatACrashLeftInDoubtIsFound) {
  const ScriptedRelay relay({});
  use(relay);
  const auto id = post("crashed");
  ASSERT_TRUE(mail_store.begin_mail_end(id).has_value());
  options.resend_doubtful = false;
  auto work = queue();
  ASSERT_TRUE(work.recover().has_value());
  ASSERT_TRUE(work.run().has_value());
  EXPECT_TRUE(relay.messages().empty());
  EXPECT_EQ(cell("state"), "doubtful");
  ASSERT_TRUE(mail_store.drop_mail(author, id).has_value());
  EXPECT_EQ(cell("state"), "dropped");
  EXPECT_EQ(mail_store.retry_mail(author, id).error().code, Errc::refused);
}

TEST_F(MailQueueTest, AConnectionThatEndsBetweenTwoMailsIsOpenedAgain) {
  const ScriptedRelay relay({.at = Step::mail, .fault = Fault::none});
  use(relay);
  auto work = queue();
  for (int i = 0; i < 3; ++i) {
    post("one more");
    ASSERT_TRUE(work.run().has_value());
  }
  EXPECT_EQ(relay.messages().size(), 3U);
}

TEST_F(MailQueueTest, ForgetsWhatHasEndedLongAgo) {
  const ScriptedRelay relay({});
  use(relay);
  post("old");
  auto work = queue();
  ASSERT_TRUE(work.run().has_value());
  clock.advance(options.keep + seconds(2));
  ASSERT_TRUE(work.run().has_value());
  EXPECT_EQ(mail_store.mails(State::all, 0).value().size(), 0U);
}

TEST_F(MailQueueTest, MailWaitsForItsTime) {
  const ScriptedRelay relay({});
  use(relay);
  const Outbox outbox(mail_store, clock, {.sender = {"", "mega@db1"}}, nullptr);
  ASSERT_TRUE(outbox.post(author, {.to = {{"", "a@x"}}, .subject = "tomorrow"},
                          {.due = {clock.now().seconds + 90}}));
  auto work = queue();
  EXPECT_EQ(work.run().value(), seconds(90));
  EXPECT_TRUE(relay.messages().empty());
  clock.advance(seconds(90));
  ASSERT_TRUE(work.run().has_value());
  EXPECT_EQ(relay.messages().size(), 1U);
}

TEST_F(MailQueueTest, AMailThatTheRelayHangsUpOnDoesNotKeepTheOthers) {
  for (const bool pipelining : {true, false}) {
    SCOPED_TRACE(pipelining);
    const ScriptedRelay relay(
        {.offers = pipelining ? std::vector<std::string>{"PIPELINING"} : std::vector<std::string>{},
         .answers = {{"RCPT TO:<poison@", "", true}}});
    use(relay);
    auto work = queue();
    post("before");
    post("poison", {{"", "poison@x.org"}});
    post("behind");
    EXPECT_EQ(work.run().value(), seconds(60));
    EXPECT_EQ(relay.messages().size(), 2U);
    EXPECT_EQ(cell("state"), "sent");
    post("an alert that comes in the pause");
    ASSERT_TRUE(work.run().has_value());
    EXPECT_EQ(relay.messages().size(), 3U);
    clock.advance(seconds(60));
    EXPECT_EQ(work.run().value(), seconds(120)) << "the next pause is longer";
    clock.advance(options.give_up + seconds(1));
    ASSERT_TRUE(work.run().has_value());
    ASSERT_EQ(failures.size(), 1U);
    EXPECT_EQ(failures[0], "poison: not delivered within 4d");
    failures.clear();
  }
}

TEST_F(MailQueueTest, AMailThatARelayHangsUpOnGoesToTheNextRelay) {
  const ScriptedRelay moody({.answers = {{"RCPT", "", true}}});
  const ScriptedRelay good({});
  smtp.relays = {{"127.0.0.1", moody.port()}, {"127.0.0.1", good.port()}};
  post("one");
  ASSERT_TRUE(queue().run().has_value());
  EXPECT_EQ(good.messages().size(), 1U);
  EXPECT_EQ(cell("state"), "sent");
}

TEST_F(MailQueueTest, RestsWhenTheRelayHangsUpOnMailAfterMail) {
  const ScriptedRelay broken({.answers = {{"MAIL", "", true}}});
  use(broken);
  for (int i = 0; i < 50; ++i) post(fmt::format("mail {}", i));
  auto work = queue();
  EXPECT_EQ(work.run().value(), seconds(60));
  EXPECT_LT(broken.connections(), 10);
  const ScriptedRelay good({});
  use(good);
  clock.advance(seconds(60));
  ASSERT_TRUE(work.run().has_value());
  EXPECT_EQ(good.messages().size(), 50U);
}

TEST_F(MailQueueTest, KeepsTheVerdictsThatCameBeforeAHangUp) {
  const ScriptedRelay relay({.answers = {{"RCPT TO:<gone@", "550 5.1.1 no such user"},
                                         {"RCPT TO:<last@", "421 4.7.0 too many errors", true}}});
  use(relay);
  post("list", {{"", "gone@x.org"}, {"", "last@x.org"}});
  ASSERT_TRUE(queue().run().has_value());
  EXPECT_EQ(cell("state"), "waiting");
  EXPECT_EQ(failures, std::vector<std::string>{"list: gone@x.org: 550 5.1.1 no such user"});
  const ScriptedRelay good({});
  use(good);
  clock.advance(seconds(60));
  ASSERT_TRUE(queue().run().has_value());
  EXPECT_EQ(std::ranges::count(good.commands(), std::string("RCPT TO:<gone@x.org>")), 0);
  EXPECT_EQ(std::ranges::count(good.commands(), std::string("RCPT TO:<last@x.org>")), 1);
}

// One recipient is refused, and for the other the relay does not confirm the message.
TEST_F(MailQueueTest, WhatIsInDoubtForSomeIsDecidedForTheOthers) {
  for (const bool resend : {false, true}) {
    SCOPED_TRACE(resend);
    const ScriptedRelay relay({.at = Step::end,
                               .fault = Fault::closes,
                               .answers = {{"RCPT TO:<gone@", "550 5.1.1 no such user"}}});
    use(relay);
    options.resend_doubtful = resend;
    post("list", {{"", "gone@x.org"}, {"", "there@x.org"}});
    ASSERT_TRUE(queue().run().has_value());
    EXPECT_EQ(cell("state"), resend ? "waiting" : "doubtful");
    EXPECT_EQ(cell("tries"), "1");
    EXPECT_EQ(failures, std::vector<std::string>{"list: gone@x.org: 550 5.1.1 no such user"});
    failures.clear();
  }
}

TEST_F(MailQueueTest, WaitingMailIsDueWhenItWasAdded) {
  smtp.relays = {{"127.0.0.1", 1}};
  const std::string added = format_local(clock.now());
  const auto id = post("one");
  EXPECT_EQ(cell("due"), added);
  auto work = queue();
  ASSERT_TRUE(work.run().has_value());
  EXPECT_EQ(cell("due"), added) << "it waits for a relay";
  clock.advance(seconds(5));
  ASSERT_TRUE(mail_store.retry_mail(author, id).has_value());
  EXPECT_EQ(cell("due"), format_local(clock.now()));
}

TEST_F(MailQueueTest, NothingIsTakenWithoutARelay) {
  const Outbox outbox(mail_store, clock, {.sender = {"", "mega@db1"}, .has_relay = false}, nullptr);
  const auto refused = outbox.post(author, {.to = {{"", "a@x"}}, .subject = "x"});
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_NE(refused.error().message.find("smtp.relays"), std::string::npos);
}

}  // namespace
}  // namespace mega
