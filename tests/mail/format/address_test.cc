#include "mail/format/address.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(MailAddress, IsReadAsPeopleWriteIt) {
  const struct {
    const char* name;
    std::string text;
    MailAddress address;
  } cases[] = {
      {"alone", "ada@example.org", {"", "ada@example.org"}},
      {"with blanks around", "  ada@example.org\n", {"", "ada@example.org"}},
      {"a host without dots", "root@db1", {"", "root@db1"}},
      {"all that an atom may hold", "a!#$%&'*+-/=?^_`{|}~9.b@x", {"", "a!#$%&'*+-/=?^_`{|}~9.b@x"}},
      {"a quoted local part", "\"a b\\\"@c\"@example.org", {"", "\"a b\\\"@c\"@example.org"}},
      {"an address in brackets", "ada@[10.0.0.1]", {"", "ada@[10.0.0.1]"}},
      {"IPv6 in brackets", "ada@[IPv6:2001:db8::1]", {"", "ada@[IPv6:2001:db8::1]"}},
      {"UTF-8", "größe@bücher.example", {"", "größe@xn--bcher-kva.example"}},
      {"decomposed", "ada@bu\u0308cher.example", {"", "ada@xn--bcher-kva.example"}},
      {"as it is typed in China", "Ada <ada@例子。测试>", {"Ada", "ada@xn--fsqu00a.xn--0zwm56d"}},
      {"with a name", "Ada Lovelace <ada@example.org>", {"Ada Lovelace", "ada@example.org"}},
      {"with a quoted name", "\"Lovelace, \\\"Ada\\\"\" <ada@x>", {"Lovelace, \"Ada\"", "ada@x"}},
      {"brackets in quotes", "\"<Ada>\" <\"a<b>\"@x.org>", {"<Ada>", "\"a<b>\"@x.org"}},
      {"in brackets alone", "<ada@example.org>", {"", "ada@example.org"}},
      {"with a name in Chinese", "数据库 <dba@example.org>", {"数据库", "dba@example.org"}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto parsed = parse_mail_address(c.text);
    ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
    EXPECT_EQ(*parsed, c.address);
  }
}

TEST(MailAddress, SaysWhatIsWrongWithIt) {
  const struct {
    std::string text;
    const char* why;
  } cases[] = {
      {"", "it is empty"},
      {"ada", "it has no @"},
      {"@example.org", "nothing stands before the @"},
      {"ada@", "no domain stands behind the @"},
      {"ada@example..org", "a dot begins its domain, ends it or follows another"},
      {"ada@.org", "a dot begins its domain"},
      {"ada@example.org.", "a dot begins its domain, ends it"},
      {"ada@ü。。org", "a dot begins its domain"},
      {"ada@ü\u200b.org", "a blank or invisible character (U+200B) may not stand in a domain"},
      {"ada@ü" + std::string(64, 'x'), "a part of its domain is too long"},
      {"ada@-x.org", "begins or ends with a hyphen"},
      {"ada@exam\uff20ple.org", "\"@\" may not stand in a domain"},
      {"\"ada@b\"\uff20eve.org", "may not stand in a domain"},
      {"ada@exa mple.org", "\" \" may not stand in a domain"},
      {".ada@x", "a dot begins it"},
      {"a..b@x", "follows another before the @"},
      {"a b@x", "\" \" may not stand before the @"},
      {"a@b@x", "\"@\" may not stand before the @"},
      {"\"a@x", "the quotation is not closed"},
      {"\"a\"b\"@x", "a quote stands within quotes"},
      {"ada@[10.0.0.1", "no address of a host"},
      {"ada@[10 0]", "no address of a host"},
      {"Ada ada@x>", "a > stands without <"},
      {"\"Ada <ada@x>", "the quotation is not closed"},
      {"A\"da <ada@x>", "a quote stands within the name"},
      {"ada@x\nBcc: eve@x", "control character"},
      {"Ada\r\nBcc: eve@x <ada@x>", "control character"},
      {"ada@x\xff", "no UTF-8"},
      {std::string(65, 'a') + "@x", "65 bytes stand before the @, 64 are the most"},
      {"a@" + std::string(64, 'x'), "has 64 bytes, 63 are the most"},
      {"a@" + std::string(256, 'x'), "its domain has 256 bytes"},
      {std::string(257, 'n') + " <a@x>", "its name has 257 bytes"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto parsed = parse_mail_address(c.text);
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(parsed.error().code, Errc::invalid_argument);
    EXPECT_NE(parsed.error().message.find(c.why), std::string::npos) << parsed.error().message;
  }
}

TEST(MailAddress, ListsArePartedAtCommas) {
  const auto parsed =
      parse_mail_addresses(" a@x, \"Lovelace, Ada\" <b@x> ,, Eve \\ <c@x>,\"q,\\\"q\"@x ");
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  const std::vector<MailAddress> wanted{
      {"", "a@x"}, {"Lovelace, Ada", "b@x"}, {"Eve \\", "c@x"}, {"", "\"q,\\\"q\"@x"}};
  EXPECT_EQ(*parsed, wanted);
  EXPECT_TRUE(parse_mail_addresses("  ").value().empty());
  EXPECT_FALSE(parse_mail_addresses("a@x, b").has_value());
}

TEST(MailAddress, KnowsWhatNeedsSmtputf8) {
  EXPECT_FALSE(needs_smtputf8("ada@example.org"));
  EXPECT_TRUE(needs_smtputf8("größe@example.org"));
  EXPECT_FALSE(needs_smtputf8(parse_mail_address("ada@bücher.example")->address));
}

}  // namespace
}  // namespace mega
