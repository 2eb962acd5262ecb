// The dialogue against a relay that fails at each step in turn.
#include "mail/server/smtp_session.h"

#include "mail/server/deliver.h"
#include "tests/support/scripted_relay.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

using Step = ScriptedRelay::Step;
using Fault = ScriptedRelay::Fault;
using std::chrono::milliseconds;

SmtpOptions options_for(std::initializer_list<const ScriptedRelay*> relays) {
  SmtpOptions options;
  options.tls = SmtpTls::none;
  options.helo = "client.test";
  for (const auto* relay : relays) options.relays.push_back({"127.0.0.1", relay->port()});
  return options;
}

// A message in memory.
class TextSource : public MailSource {
 public:
  explicit TextSource(std::string text) : text_(std::move(text)) {}
  Result<std::string_view> next() override {
    if (std::exchange(given_, true)) return std::string_view();
    return text_;
  }
  void rewind() override { given_ = false; }

 private:
  const std::string text_;
  bool given_ = false;
};

MailEnvelope envelope() {
  return {.sender = "mega@db1", .recipients = {"a@x.org", "b@x.org"}, .bytes = 10};
}

Result<std::vector<Fate>> sent_to(const SmtpOptions& options, const BeforeEnd& before_end = {}) {
  TextSource source("x\r\n.y\r\n");
  auto session = SmtpSession::open(options.relays[0], options);
  if (!session) return fail(session.error());
  auto fates = session->send(envelope(), source, before_end);
  session->quit();
  return fates;
}

TEST(SmtpSession, SendsAMessage) {
  for (const auto& offers : {std::vector<std::string>{"PIPELINING", "SIZE 1000"}, {"SIZE"}, {}}) {
    for (const bool slowly : {false, true}) {
      SCOPED_TRACE(testing::Message() << offers.size() << " offers, byte by byte: " << slowly);
      const ScriptedRelay relay({.offers = offers, .byte_by_byte = slowly});
      const auto fates = sent_to(options_for({&relay}));
      ASSERT_TRUE(fates.has_value()) << fates.error().message;
      ASSERT_EQ(fates->size(), 2U);
      for (const Fate& fate : *fates) {
        EXPECT_EQ(fate.state, Fate::State::accepted);
        EXPECT_EQ(fate.words, "250 taken");
      }
      EXPECT_EQ(relay.messages(), std::vector<std::string>{"x\n..y\n"});
      const std::string size = offers.empty() ? "" : " SIZE=10";
      EXPECT_EQ(relay.commands(), (std::vector<std::string>{
                                      "EHLO client.test", "MAIL FROM:<mega@db1>" + size,
                                      "RCPT TO:<a@x.org>", "RCPT TO:<b@x.org>", "DATA", "QUIT"}));
    }
  }
}

TEST(SmtpSession, SendsSeveralMessagesInOneConversation) {
  const ScriptedRelay relay({});
  const auto options = options_for({&relay});
  auto session = SmtpSession::open(options.relays[0], options);
  ASSERT_TRUE(session.has_value());
  TextSource source("x\r\n");
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(session->send(envelope(), source).has_value());
  session->quit();
  EXPECT_EQ(relay.messages().size(), 3U);
}

// What must come of each fault at each step: how far did it come, and who knows about it?
TEST(SmtpSession, KnowsWhatBecameOfTheMessageWhateverFails) {
  for (const Step at :
       {Step::greeting, Step::ehlo, Step::mail, Step::rcpt, Step::data, Step::end}) {
    for (const Fault fault : {Fault::closes, Fault::later, Fault::refuses, Fault::talks_nonsense,
                              Fault::floods, Fault::is_silent}) {
      for (const bool pipelining : {true, false}) {
        SCOPED_TRACE(testing::Message() << "step " << static_cast<int>(at) << ", fault "
                                        << static_cast<int>(fault) << ", " << pipelining);
        const ScriptedRelay relay({.at = at,
                                   .fault = fault,
                                   .offers = pipelining ? std::vector<std::string>{"PIPELINING"}
                                                        : std::vector<std::string>{}});
        auto options = options_for({&relay});
        if (fault == Fault::is_silent)
          options.limits.reply = options.limits.finish = milliseconds(50);
        const auto fates = sent_to(options);
        const bool answers = fault == Fault::later || fault == Fault::refuses;
        if (answers && at >= Step::mail) {
          ASSERT_TRUE(fates.has_value()) << fates.error().message;
          const auto wanted = fault == Fault::later ? Fate::State::later : Fate::State::refused;
          for (const Fate& fate : *fates) EXPECT_EQ(fate.state, wanted) << fate.words;
        } else {
          ASSERT_FALSE(fates.has_value());
          EXPECT_EQ(fates.error().code, at == Step::end ? Errc::timed_out : Errc::unavailable)
              << fates.error().message;
          EXPECT_TRUE(fates.error().message.starts_with("127.0.0.1:")) << fates.error().message;
        }
        EXPECT_EQ(relay.messages().size(), at == Step::end ? 1U : 0U);
      }
    }
  }
}

// The fates as "recipient state: words", the words cut at the relay's address.
std::vector<std::string> told(const std::vector<Fate>& fates) {
  constexpr const char* names[] = {"accepted", "later", "refused", "unknown"};
  std::vector<std::string> all;
  for (const Fate& fate : fates) {
    const auto relay = fate.words.find("127.0.0.1:");
    const std::string words = relay == std::string::npos
                                  ? fate.words
                                  : fate.words.substr(fate.words.find(' ', relay) + 1);
    all.push_back(
        fmt::format("{} {}: {}", fate.recipient, names[static_cast<int>(fate.state)], words));
  }
  return all;
}

// Whatever ends the conversation, the replies that came before it decide.
TEST(SmtpSession, KeepsTheAnswersThatCameBeforeAHangUp) {
  const std::string gone = "550 5.1.1 no such user", bye = "421 4.7.0 too many errors";
  const struct {
    const char* name;
    std::vector<ScriptedRelay::Answer> answers;
    std::vector<std::string> fates;
  } cases[] = {
      {"a goodbye among the recipients",
       {{"RCPT TO:<a@", gone}, {"RCPT TO:<c@", bye, true}},
       {"a@x.org refused: " + gone, "b@x.org later: addresses: " + bye, "c@x.org later: " + bye,
        "d@x.org later: addresses: " + bye}},
      {"a hang-up among the recipients",
       {{"RCPT TO:<a@", gone}, {"RCPT TO:<c@", "", true}},
       {"a@x.org refused: " + gone, "b@x.org later: addresses: it closed the connection",
        "c@x.org later: addresses: it closed the connection",
        "d@x.org later: addresses: it closed the connection"}},
      {"nonsense among the recipients",
       {{"RCPT TO:<a@", gone}, {"RCPT TO:<c@", "what"}},
       {"a@x.org refused: " + gone,
        "b@x.org later: addresses: the relay answers \"what\", which is not SMTP",
        "c@x.org later: addresses: the relay answers \"what\", which is not SMTP",
        "d@x.org later: addresses: the relay answers \"what\", which is not SMTP"}},
      {"a sender who is refused for good",
       {{"MAIL", "554 5.7.1 blocked", true}},
       {"a@x.org refused: sender mega@db1: 554 5.7.1 blocked",
        "b@x.org refused: sender mega@db1: 554 5.7.1 blocked",
        "c@x.org refused: sender mega@db1: 554 5.7.1 blocked",
        "d@x.org refused: sender mega@db1: 554 5.7.1 blocked"}},
      {"a hang-up at DATA",
       {{"RCPT TO:<a@", gone}, {"DATA", "", true}},
       {"a@x.org refused: " + gone, "b@x.org later: DATA: it closed the connection",
        "c@x.org later: DATA: it closed the connection",
        "d@x.org later: DATA: it closed the connection"}},
      {"a hang-up at the end of the message",
       {{"RCPT TO:<a@", gone}, {"RCPT TO:<b@", "450 4.2.1 busy"}},
       {"a@x.org refused: " + gone, "b@x.org later: 450 4.2.1 busy",
        "c@x.org unknown: end of the message: it closed the connection; whether it has taken the "
        "message is not known",
        "d@x.org unknown: end of the message: it closed the connection; whether it has taken the "
        "message is not known"}},
  };
  for (const auto& c : cases) {
    for (const bool pipelining : {true, false}) {
      SCOPED_TRACE(testing::Message() << c.name << ", " << pipelining);
      const bool at_end = std::string_view(c.name).ends_with("end of the message");
      const ScriptedRelay relay({.at = Step::end,
                                 .fault = at_end ? Fault::closes : Fault::none,
                                 .offers = pipelining ? std::vector<std::string>{"PIPELINING"}
                                                      : std::vector<std::string>{},
                                 .answers = c.answers});
      const auto options = options_for({&relay});
      auto session = SmtpSession::open(options.relays[0], options);
      ASSERT_TRUE(session.has_value());
      auto many = envelope();
      many.recipients = {"a@x.org", "b@x.org", "c@x.org", "d@x.org"};
      TextSource source("x\r\n");
      const auto fates = session->send(many, source);
      ASSERT_TRUE(fates.has_value()) << fates.error().message;
      EXPECT_EQ(told(*fates), c.fates);
    }
  }
}

// The relay says no and closes while the message is still on its way.
TEST(SmtpSession, HearsARefusalInTheMiddleOfTheMessage) {
  const ScriptedRelay relay(
      {.offers = {}, .answers = {{"DATA", "354 go on\r\n552 5.3.4 too large", true}}});
  const auto options = options_for({&relay});
  auto session = SmtpSession::open(options.relays[0], options);
  ASSERT_TRUE(session.has_value());
  TextSource source(std::string(64 << 20, 'x'));
  const auto fates = session->send(envelope(), source);
  ASSERT_TRUE(fates.has_value()) << fates.error().message;
  EXPECT_EQ(told(*fates), (std::vector<std::string>{"a@x.org refused: 552 5.3.4 too large",
                                                    "b@x.org refused: 552 5.3.4 too large"}));
}

TEST(SmtpSession, TakesNoPromiseBeforeTheEndForAnAcceptance) {
  const ScriptedRelay relay({.offers = {}, .answers = {{"DATA", "354 go on\r\n250 ok", true}}});
  const auto options = options_for({&relay});
  auto session = SmtpSession::open(options.relays[0], options);
  ASSERT_TRUE(session.has_value());
  TextSource source(std::string(64 << 20, 'x'));
  const auto fates = session->send(envelope(), source);
  ASSERT_FALSE(fates.has_value());
  EXPECT_EQ(fates.error().code, Errc::unavailable);
}

TEST(SmtpSession, AMessageThatMayNotEndIsNotTaken) {
  const ScriptedRelay relay({});
  const auto fates = sent_to(options_for({&relay}), []() -> Result<void> {
    return fail(Errc::failed, "the disk is full");
  });
  EXPECT_EQ(fates.error().message, "the disk is full");
  EXPECT_TRUE(relay.messages().empty());
}

TEST(SmtpSession, WhatTheRelayCannotTakeIsNotSent) {
  const ScriptedRelay relay({.offers = {"SIZE 100"}});
  const auto options = options_for({&relay});
  auto session = SmtpSession::open(options.relays[0], options);
  ASSERT_TRUE(session.has_value());
  TextSource source("x\r\n");
  auto large = envelope();
  large.bytes = 101;
  auto utf8 = envelope();
  utf8.utf8 = true;
  for (const auto& each : {large, utf8}) {
    const auto fates = session->send(each, source);
    ASSERT_TRUE(fates.has_value());
    EXPECT_EQ(fates->at(0).state, Fate::State::refused);
  }
  EXPECT_EQ(relay.commands().size(), 1U);
  EXPECT_TRUE(session->send(envelope(), source).has_value());
}

TEST(SmtpSession, OptionsAreUsedWhereTheyAreOffered) {
  const ScriptedRelay relay({.offers = {"SMTPUTF8", "8BITMIME", "DSN"}});
  const auto options = options_for({&relay});
  auto session = SmtpSession::open(options.relays[0], options);
  ASSERT_TRUE(session.has_value());
  const auto fates =
      session->probe({.sender = "größe@x", .recipients = {"a@x"}, .utf8 = true, .wants_dsn = true});
  ASSERT_TRUE(fates.has_value());
  EXPECT_EQ(relay.commands()[1], "MAIL FROM:<größe@x> BODY=8BITMIME SMTPUTF8 RET=HDRS");
  EXPECT_EQ(relay.commands()[2], "RCPT TO:<a@x> NOTIFY=SUCCESS,FAILURE,DELAY");
  session->quit();
}

TEST(SmtpSession, SendsNothingInTheClearUnlessTold) {
  const ScriptedRelay relay({});
  auto options = options_for({&relay});
  options.tls = SmtpTls::starttls;
  const auto session = SmtpSession::open(options.relays[0], options);
  ASSERT_FALSE(session.has_value());
  EXPECT_NE(session.error().message.find("offers no STARTTLS"), std::string::npos);
  for (const auto& command : relay.commands()) EXPECT_FALSE(command.starts_with("MAIL"));
}

TEST(SmtpSession, TakesNoAnswerToStarttlsWithMoreBehindIt) {
  // The relay answers "250 ok" to what it does not know, STARTTLS among it, and no TLS follows.
  const ScriptedRelay relay({.offers = {"STARTTLS"}});
  auto options = options_for({&relay});
  options.tls = SmtpTls::starttls;
  options.ca_file = "/dev/null";
  EXPECT_FALSE(SmtpSession::open(options.relays[0], options).has_value());
}

TEST(Deliver, GoesOnToTheNextRelay) {
  const ScriptedRelay dead({.at = Step::greeting, .fault = Fault::refuses});
  const ScriptedRelay dying({.at = Step::data, .fault = Fault::closes});
  const ScriptedRelay good({});
  TextSource source("x\r\n");
  std::vector<std::string> passed_over;
  const auto fates = deliver(options_for({&dead, &dying, &good}), envelope(), source,
                             [&](const Error& why) { passed_over.push_back(why.message); });
  ASSERT_TRUE(fates.has_value()) << fates.error().message;
  EXPECT_EQ(passed_over.size(), 2U);
  EXPECT_EQ(good.messages().size(), 1U);
}

TEST(Deliver, NeverSendsWhatMayHaveBeenTaken) {
  const ScriptedRelay doubtful({.at = Step::end, .fault = Fault::closes});
  const ScriptedRelay good({});
  TextSource source("x\r\n");
  const auto fates = deliver(options_for({&doubtful, &good}), envelope(), source);
  ASSERT_FALSE(fates.has_value());
  EXPECT_EQ(fates.error().code, Errc::timed_out);
  EXPECT_TRUE(good.messages().empty());
}

TEST(Deliver, WhomARelayPutsOffTheNextOneIsAsked) {
  const ScriptedRelay busy({.at = Step::rcpt, .fault = Fault::later});
  const ScriptedRelay good({});
  TextSource source("x\r\n");
  std::vector<std::string> passed_over;
  const auto fates = deliver(options_for({&busy, &good}), envelope(), source,
                             [&](const Error& why) { passed_over.push_back(why.message); });
  ASSERT_TRUE(fates.has_value()) << fates.error().message;
  for (const Fate& fate : *fates) EXPECT_EQ(fate.state, Fate::State::accepted) << fate.words;
  ASSERT_EQ(passed_over.size(), 1U);
  EXPECT_NE(passed_over[0].find(": not now for a@x.org: 450 4.2.1 not now later"),
            std::string::npos)
      << passed_over[0];
  EXPECT_EQ(good.messages().size(), 1U);
}

TEST(Deliver, WhomNoRelayTakesNowIsPutOffWhateverTheOthersAre) {
  for (const Fault fault : {Fault::closes, Fault::later, Fault::refuses}) {
    SCOPED_TRACE(static_cast<int>(fault));
    const ScriptedRelay busy({.at = Step::end, .fault = Fault::later});
    const ScriptedRelay other({.at = Step::greeting, .fault = fault});
    TextSource source("x\r\n");
    const auto fates = deliver(options_for({&busy, &other}), envelope(), source);
    ASSERT_TRUE(fates.has_value()) << fates.error().message;
    EXPECT_EQ(put_off(*fates), envelope().recipients);
  }
}

TEST(Deliver, TheRelayThatWasAskedLastMayHaveIt) {
  const ScriptedRelay busy({.at = Step::data, .fault = Fault::later});
  const ScriptedRelay doubtful({.at = Step::end, .fault = Fault::closes});
  TextSource source("x\r\n");
  const auto fates = deliver(options_for({&busy, &doubtful}), envelope(), source);
  ASSERT_TRUE(fates.has_value()) << fates.error().message;
  for (const Fate& fate : *fates) EXPECT_EQ(fate.state, Fate::State::unknown) << fate.words;
}

TEST(Deliver, OfManyRecipientsItKnowsWhoMayHaveIt) {
  const ScriptedRelay doubtful({.at = Step::end, .fault = Fault::closes});
  TextSource source("x\r\n");
  MailEnvelope many{.sender = "mega@db1", .recipients = {}};
  for (int i = 0; i < 250; ++i) many.recipients.push_back(fmt::format("r{}@x.org", i));
  const auto fates = deliver(options_for({&doubtful}), many, source);
  ASSERT_TRUE(fates.has_value()) << fates.error().message;
  EXPECT_EQ(std::ranges::count(*fates, Fate::State::unknown, &Fate::state), 100);
  EXPECT_EQ(put_off(*fates).size(), 150U);
}

TEST(Deliver, ManyRecipientsGoInParts) {
  const ScriptedRelay relay({});
  TextSource source("x\r\n");
  MailEnvelope many{.sender = "mega@db1", .recipients = {}};
  for (int i = 0; i < 250; ++i) many.recipients.push_back(fmt::format("r{}@x.org", i));
  const auto fates = deliver(options_for({&relay}), many, source);
  ASSERT_TRUE(fates.has_value());
  EXPECT_EQ(fates->size(), 250U);
  EXPECT_EQ(fates->back().recipient, "r249@x.org");
  EXPECT_EQ(relay.messages().size(), 3U);
}

TEST(Deliver, WithoutARelayItSaysWhichSettingIsMissing) {
  TextSource source("x\r\n");
  const auto fates = deliver({}, envelope(), source);
  EXPECT_EQ(fates.error().code, Errc::invalid_argument);
  EXPECT_NE(fates.error().message.find("smtp.relays"), std::string::npos);
}

}  // namespace
}  // namespace mega
