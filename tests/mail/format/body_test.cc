#include "mail/format/body.h"

#include "mail/format/charset.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

std::string quoted_printable(std::string_view text) {
  return encode_text(text, TransferEncoding::quoted_printable);
}

TEST(MailBody, LinesEndInLineFeedsAndTheLastOneToo) {
  EXPECT_EQ(normal_text("a\r\nb\rc\nd"), "a\nb\nc\nd\n");
  EXPECT_EQ(normal_text("a\n"), "a\n");
  EXPECT_EQ(normal_text(""), "");
  std::size_t replaced = 0;
  EXPECT_EQ(normal_text("x\xff\xfe", &replaced), "x\uFFFD\uFFFD\n");
  EXPECT_EQ(replaced, 2U);
}

TEST(MailBody, TheEncodingFollowsTheContent) {
  EXPECT_EQ(encoding_for("plain text\n.\n"), TransferEncoding::seven_bit);
  EXPECT_EQ(encoding_for(""), TransferEncoding::seven_bit);
  EXPECT_EQ(encoding_for(std::string(77, 'x') + "\n"), TransferEncoding::quoted_printable);
  EXPECT_EQ(encoding_for("ends in a blank \n"), TransferEncoding::quoted_printable);
  EXPECT_EQ(encoding_for("From here on\n"), TransferEncoding::quoted_printable);
  EXPECT_EQ(encoding_for("--=_mixed_x\n"), TransferEncoding::quoted_printable) << "no boundary";
  EXPECT_EQ(encoding_for("mostly ASCII, und ein wenig Größe\n"),
            TransferEncoding::quoted_printable);
  EXPECT_EQ(encoding_for("数据库备份失败\n"), TransferEncoding::base64);
}

TEST(MailBody, QuotedPrintableIsThatOfRfc2045) {
  EXPECT_EQ(quoted_printable("a=b\n"), "a=3Db\r\n");
  EXPECT_EQ(quoted_printable("tab\t\nblank \n"), "tab=09\r\nblank=20\r\n");
  EXPECT_EQ(quoted_printable(".\n..\n"), "=2E\r\n=2E.\r\n");
  EXPECT_EQ(quoted_printable("ü\n"), "=C3=BC\r\n");
  const std::string line = quoted_printable(std::string(100, 'x') + "\n");
  EXPECT_EQ(line, std::string(75, 'x') + "=\r\n" + std::string(25, 'x') + "\r\n");
  EXPECT_EQ(quoted_printable(std::string(76, 'x') + "\n"), std::string(76, 'x') + "\r\n");
}

TEST(MailBody, LinesOfBase64HaveTheSizeThatWasForetold) {
  EXPECT_EQ(base64_lines("foobar"), "Zm9vYmFy\r\n");  // RFC 4648
  for (std::size_t bytes : {0U, 1U, 2U, 3U, 56U, 57U, 58U, 114U, 1000U}) {
    const auto lines = base64_lines(std::string(bytes, 'x'));
    EXPECT_EQ(static_cast<std::int64_t>(lines.size()),
              base64_lines_size(static_cast<std::int64_t>(bytes)))
        << bytes;
  }
}

TEST(MailCharset, OldTextBecomesUtf8) {
  EXPECT_EQ(to_utf8("Gr\xf6\xdf"
                    "e",
                    "ISO-8859-1")
                .value(),
            "Größe");
  EXPECT_EQ(to_utf8("\xa4 \xbc", "latin9").value(), "€ Œ");
  EXPECT_EQ(to_utf8("\x80 \x93x\x94 \x81", "windows-1252").value(), "€ “x” \uFFFD");
  EXPECT_EQ(to_utf8("a\xff", "us-ascii").value(), "a\uFFFD");
  EXPECT_EQ(to_utf8("a\xff", "UTF-8").value(), "a\xff");
  EXPECT_EQ(to_utf8("x", "ebcdic").error().code, Errc::invalid_argument);
  EXPECT_NE(to_utf8("x", "ebcdic").error().message.find("windows-1252"), std::string::npos);
}

}  // namespace
}  // namespace mega
