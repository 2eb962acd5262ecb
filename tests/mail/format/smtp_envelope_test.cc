#include "mail/format/smtp_envelope.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using State = Fate::State;

std::string states(const std::vector<Fate>& fates) {
  std::string all;
  for (const Fate& fate : fates) all += "alr"[static_cast<std::size_t>(fate.state)];
  return all;
}

TEST(SmtpEnvelope, CommandsUseWhatIsOffered) {
  const MailEnvelope plain{.sender = "a@x", .recipients = {"b@x"}, .bytes = 7, .wants_dsn = true};
  EXPECT_EQ(mail_command(plain, {}), "MAIL FROM:<a@x>");
  EXPECT_EQ(rcpt_command("b@x", plain, {}), "RCPT TO:<b@x>");
  const SmtpOffer all{.eight_bit = true, .utf8 = true, .dsn = true, .size = true};
  EXPECT_EQ(mail_command(plain, all), "MAIL FROM:<a@x> SIZE=7 RET=HDRS");
  EXPECT_EQ(rcpt_command("b@x", plain, all), "RCPT TO:<b@x> NOTIFY=SUCCESS,FAILURE,DELAY");
  for (const MailEnvelope& utf8 : {MailEnvelope{.sender = "ä@x", .recipients = {"b@x"}},
                                   MailEnvelope{.sender = "a@x", .recipients = {"b@x", "ä@x"}},
                                   MailEnvelope{.sender = "a@x", .utf8 = true}}) {
    EXPECT_THAT(mail_command(utf8, all), testing::HasSubstr("> SIZE=0 BODY=8BITMIME SMTPUTF8"));
    EXPECT_THAT(mail_command(utf8, {.utf8 = true}), testing::EndsWith("> SMTPUTF8"));
    EXPECT_THAT(mail_command(utf8, {}), testing::EndsWith(">")) << "it is not offered";
  }
}

TEST(SmtpEnvelope, WhatARelayDoesNotTakeIsKnownBefore) {
  const std::vector<std::string> two{"größe@x", "b@x"};
  const SmtpOffer small{.size = true, .size_max = 10}, utf8{.utf8 = true};
  const struct {
    const char* name;
    MailEnvelope envelope;
    SmtpOffer offer;
    std::string states;
    std::string words;  // of the last one that is refused
  } cases[] = {
      {"all in ASCII", {.sender = "a@x", .recipients = {"b@x"}}, {}, "a", ""},
      {"one is not", {.sender = "a@x", .recipients = two}, {}, "ra", "this address is not"},
      {"SMTPUTF8", {.sender = "ä@x", .recipients = two, .utf8 = true}, utf8, "aa", ""},
      {"the sender", {.sender = "ä@x", .recipients = two}, {}, "rr", "the sender's address is not"},
      {"the header",
       {.sender = "a@x", .recipients = two, .utf8 = true},
       {},
       "rr",
       "an address in the header is not"},
      {"as large as may be", {.sender = "a@x", .recipients = {"b@x"}, .bytes = 10}, small, "a", ""},
      {"too large",
       {.sender = "a@x", .recipients = {"b@x"}, .bytes = 11},
       small,
       "r",
       "takes messages of 10 bytes at most, this one has 11"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto fates = fates_by_offer(c.envelope, c.offer);
    EXPECT_EQ(states(fates), c.states);
    std::string words;
    for (const Fate& fate : fates) {
      if (fate.state == State::refused) words = fate.words;
    }
    EXPECT_THAT(words, testing::HasSubstr(c.words));
  }
}

TEST(SmtpEnvelope, AReplyDecidesAboutThoseWhoWereAccepted) {
  std::vector<Fate> fates{{"a@x", State::accepted, ""}, {"b@x", State::refused, "550 no"}};
  decide_all(fates, {.code = 451, .lines = {"later"}});
  EXPECT_EQ(states(fates), "lr");
  EXPECT_EQ(fates[0].words, "451 later");
  EXPECT_EQ(fates[1].words, "550 no");
  EXPECT_FALSE(any_accepted(fates));
  decide(fates[1], {.code = 250, .lines = {"ok"}});
  EXPECT_TRUE(any_accepted(fates));
}

}  // namespace
}  // namespace mega
