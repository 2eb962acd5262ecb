#include "mail/format/headers.h"

#include "base/text.h"
#include "mail/format/encoded_word.h"
#include "tests/support/variable.h"

#include <gtest/gtest.h>
#include <time.h>

namespace mega {
namespace {

std::string with_text(std::string_view text) {
  Headers headers;
  headers.add_text("Subject", text);
  return headers.finished();
}

TEST(MailHeaders, TextStaysReadableWhereItCan) {
  EXPECT_EQ(with_text("backup of db1"), "Subject: backup of db1\r\n\r\n");
  EXPECT_EQ(with_text(""), "Subject:\r\n\r\n");
  // The example of RFC 2047, in UTF-8.
  EXPECT_EQ(with_text("Größe"), "Subject: =?UTF-8?B?R3LDtsOfZQ==?=\r\n\r\n");
}

TEST(MailHeaders, LongTextIsFoldedBetweenWords) {
  const std::string text = with_text(std::string(50, 'a') + " " + std::string(50, 'b'));
  EXPECT_EQ(text, "Subject: " + std::string(50, 'a') + "\r\n " + std::string(50, 'b') + "\r\n\r\n");
}

TEST(MailHeaders, NoTextBeginsAHeaderOfItsOwn) {
  for (const char* text : {"x\r\nBcc: eve@x", "x\nBcc: eve@x", "x\rBcc: eve@x", "x\r\n\r\nbody",
                           "x\xc2\x85"
                           "Bcc: eve@x",
                           "x\v\f\nBcc: eve@x"}) {
    const std::string headers = with_text(text);
    EXPECT_EQ(headers.find("\nBcc"), std::string::npos) << headers;
    EXPECT_EQ(headers.find("\r\n\r\n"), headers.size() - 4) << headers;
  }
  EXPECT_EQ(header_text("a\r\n\r\nb\n"), "a b");
}

TEST(MailHeaders, WhatLooksEncodedIsEncoded) {
  EXPECT_FALSE(is_plain_text("=?UTF-8?B?eA==?="));
  EXPECT_FALSE(is_plain_text("two  blanks"));
  EXPECT_FALSE(is_plain_text(std::string(1000, 'x')));
  EXPECT_TRUE(is_plain_text("a? =b (c) \"d\""));
}

TEST(MailHeaders, NoCharacterIsCutBetweenEncodedWords) {
  std::string text;
  for (int i = 0; i < 40; ++i) text += "😀";  // 4 bytes each; 45 is no multiple of it
  std::string together;
  for (const std::string& word : encoded_words(text)) {
    EXPECT_LE(word.size(), 75U);
    const auto decoded = decode_base64(word.substr(10, word.size() - 12));
    ASSERT_TRUE(decoded.has_value()) << word;
    EXPECT_TRUE(is_utf8(*decoded));
    together += *decoded;
  }
  EXPECT_EQ(together, text);
}

TEST(MailHeaders, AddressesKeepTheirNames) {
  Headers headers;
  headers.add_addresses("To", {{"", "a@x"}, {"Ada Lovelace", "b@x"}, {"Lovelace, \"Ada\"", "c@x"}});
  headers.add_addresses("Cc", {});
  EXPECT_EQ(headers.finished(),
            "To: a@x, Ada Lovelace <b@x>, \"Lovelace, \\\"Ada\\\"\" <c@x>\r\n\r\n");
}

TEST(MailHeaders, FileNamesBeyondAsciiFollowRfc2231) {
  Headers headers;
  headers.add_with_parameter("Content-Disposition", "attachment", "filename", "a \"b\".txt");
  headers.add_with_parameter("Content-Disposition", "attachment", "filename", "€ rates");
  EXPECT_EQ(headers.finished(),
            "Content-Disposition: attachment; filename=\"a \\\"b\\\".txt\"\r\n"
            "Content-Disposition: attachment; filename*=UTF-8''%E2%82%AC%20rates\r\n\r\n");
}

TEST(MailHeaders, DatesAreThoseOfRfc5322) {
  const Variable zone("TZ", "Asia/Shanghai");
  reload_time_zone();
  EXPECT_EQ(mail_date({1406787187}), "Thu, 31 Jul 2014 14:13:07 +0800");
  EXPECT_EQ(mail_date({951782400}), "Tue, 29 Feb 2000 08:00:00 +0800");
  const Variable west("TZ", "America/St_Johns");
  reload_time_zone();
  EXPECT_EQ(mail_date({0}), "Wed, 31 Dec 1969 20:30:00 -0330");
}

}  // namespace
}  // namespace mega
