#include "mail/format/smtp_reply.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(SmtpReply, IsCutOutOfTheStreamHoweverThatIsSplit) {
  const struct {
    const char* name;
    std::string stream;
    std::vector<std::string> replies;
  } cases[] = {
      {"nothing yet", "", {}},
      {"half a line", "250 o", {}},
      {"one line", "220 mail.example.org\r\n", {"220 mail.example.org"}},
      {"the code alone", "354\r\n", {"354"}},
      {"a code and a blank", "250 \r\n", {"250"}},
      {"several lines", "250-one\r\n250-two\r\n250 three\r\n", {"250 one two three"}},
      {"a line without a code in the middle",
       "550-5.7.1 refused for\r\nreasons of policy\r\n\r\n25\r\n250ok\r\n550 5.7.1 bye\r\n",
       {"550 5.7.1 refused for reasons of policy 25 250ok 5.7.1 bye"}},
      {"two replies", "250 a\r\n550 b\r\n", {"250 a", "550 b"}},
      {"without the carriage return", "250-a\n250 b\n", {"250 a b"}},
      {"with escapes for a terminal", "250 \x1b[31mred\r\n", {"250 \\x1b[31mred"}},
  };
  for (const auto& c : cases) {
    for (std::size_t cut = 0; cut <= c.stream.size(); ++cut) {
      SCOPED_TRACE(testing::Message() << c.name << ", cut at " << cut);
      ReplyReader reader;
      std::vector<std::string> replies;
      for (const auto& part : {c.stream.substr(0, cut), c.stream.substr(cut)}) {
        reader.feed(part);
        for (auto reply = reader.next(); reply.value(); reply = reader.next()) {
          replies.push_back((*reply)->text());
        }
      }
      EXPECT_EQ(replies, c.replies);
    }
  }
}

TEST(SmtpReply, RefusesWhatIsNoReply) {
  const struct {
    const char* name;
    std::string stream;
  } cases[] = {
      {"HTTP", "HTTP/1.1 400 Bad Request\r\n"},
      {"an empty line", "\r\n"},
      {"two digits", "25 ok\r\n"},
      {"a code of nobody", "650 ok\r\n"},
      {"a code below", "150 ok\r\n"},
      {"signs among the digits", "2+5 ok\r\n"},
      {"no blank behind the code", "250ok\r\n"},
      {"another code in the middle", "250-a\r\n550 b\r\n"},
      {"a line without end", "250 " + std::string(smtp_line_max, 'x')},
      {"a long line", "250 " + std::string(smtp_line_max, 'x') + "\r\n"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    ReplyReader reader;
    reader.feed(c.stream);
    const auto reply = reader.next();
    ASSERT_FALSE(reply.has_value());
    EXPECT_EQ(reply.error().code, Errc::corrupt);
  }
}

TEST(SmtpReply, HasNoMoreThanSoManyLines) {
  ReplyReader reader;
  for (std::size_t i = 0; i <= smtp_lines_max; ++i) reader.feed("250-x\r\n");
  EXPECT_FALSE(reader.next().has_value());
}

TEST(SmtpReply, TellsWhetherMoreHasCome) {
  ReplyReader reader;
  reader.feed("220 go ahead\r\n");
  ASSERT_TRUE(reader.next().value().has_value());
  EXPECT_FALSE(reader.has_more());
  reader.feed("250 sm");
  EXPECT_TRUE(reader.has_more());
}

TEST(SmtpOffer, IsReadFromTheAnswerToEhlo) {
  const SmtpOffer offer = offer_of(
      {.code = 250,
       .lines = {"STARTTLS.example.org", "size 1000", "PIPELINING", "8BITMIME", "SMTPUTF8", "DSN",
                 "StartTLS", "AUTH PLAIN scram-sha-256", "AUTH=LOGIN", "HELP", ""}});
  EXPECT_TRUE(offer.starttls && offer.pipelining && offer.eight_bit && offer.utf8 && offer.dsn);
  EXPECT_TRUE(offer.size);
  EXPECT_EQ(offer.size_max, 1000);
  EXPECT_EQ(offer.auth, (std::vector<std::string>{"PLAIN", "SCRAM-SHA-256", "LOGIN"}));
}

TEST(SmtpOffer, TheFirstLineOffersNothing) {
  const SmtpOffer offer = offer_of({.code = 250, .lines = {"STARTTLS"}});
  EXPECT_FALSE(offer.starttls);
  EXPECT_EQ(offer_of({.code = 250, .lines = {"x", "SIZE"}}).size_max, 0);
  EXPECT_EQ(offer_of({.code = 250, .lines = {"x", "SIZE -5"}}).size_max, 0);
}

}  // namespace
}  // namespace mega
