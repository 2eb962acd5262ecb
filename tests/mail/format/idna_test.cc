#include "mail/format/idna.h"

#include "tests/support/ask_python.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

// The samples of RFC 3492, section 7.1, as that document spells them.
TEST(Punycode, GivesTheSamplesOfRfc3492) {
  const struct {
    const char* name;
    std::u32string letters;
    const char* encoded;
  } cases[] = {
      {"(A) Arabic (Egyptian)",
       U"\u0644\u064A\u0647\u0645\u0627\u0628\u062A\u0643\u0644\u0645\u0648\u0634\u0639\u0631\u0628"
       U"\u064A\u061F",
       "egbpdaj6bu4bxfgehfvwxn"},
      {"(B) Chinese (simplified)", U"\u4ED6\u4EEC\u4E3A\u4EC0\u4E48\u4E0D\u8BF4\u4E2D\u6587",
       "ihqwcrb4cv8a8dqg056pqjye"},
      {"(C) Chinese (traditional)", U"\u4ED6\u5011\u7232\u4EC0\u9EBD\u4E0D\u8AAA\u4E2D\u6587",
       "ihqwctvzc91f659drss3x8bo0yb"},
      {"(D) Czech", U"Pro\u010Dprost\u011Bnemluv\u00ED\u010Desky",
       "Proprostnemluvesky-uyb24dma41a"},
      {"(E) Hebrew",
       U"\u05DC\u05DE\u05D4\u05D4\u05DD\u05E4\u05E9\u05D5\u05D8\u05DC\u05D0\u05DE\u05D3\u05D1\u05E8"
       U"\u05D9\u05DD\u05E2\u05D1\u05E8\u05D9\u05EA",
       "4dbcagdahymbxekheh6e0a7fei0b"},
      {"(G) Japanese",
       U"\u306A\u305C\u307F\u3093\u306A\u65E5\u672C\u8A9E\u3092\u8A71\u3057\u3066\u304F\u308C\u306A"
       U"\u3044\u306E\u304B",
       "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"},
      {"(I) Russian",
       U"\u043F\u043E\u0447\u0435\u043C\u0443\u0436\u0435\u043E\u043D\u0438\u043D\u0435\u0433\u043E"
       U"\u0432\u043E\u0440\u044F\u0442\u043F\u043E\u0440\u0443\u0441\u0441\u043A\u0438",
       "b1abfaaepdrnnbgefbadotcwatmq2g4l"},
      {"(J) Spanish", U"Porqu\u00E9nopuedensimplementehablarenEspa\u00F1ol",
       "PorqunopuedensimplementehablarenEspaol-fmd56a"},
      {"(L) 3B", U"3\u5E74B\u7D44\u91D1\u516B\u5148\u751F", "3B-ww4c5e180e575a65lsy2b"},
      {"(M) with super monkeys", U"\u5B89\u5BA4\u5948\u7F8E\u6075-with-SUPER-MONKEYS",
       "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"},
      {"(P) Maji de Koi suru 5 byo mae", U"Maji\u3067Koi\u3059\u308B5\u79D2\u524D",
       "MajiKoi5-783gue6qz075azm5e"},
      {"(S) ASCII alone", U"-> $1.00 <-", "-> $1.00 <--"},
  };
  for (const auto& c : cases) EXPECT_EQ(punycode(c.letters), c.encoded) << c.name;
}

TEST(Punycode, TakesAsMuchAsALabelMayHold) {
  EXPECT_EQ(punycode(U""), "");
  EXPECT_TRUE(punycode(std::u32string(63, U'\U0010FFFF')).has_value());
  EXPECT_FALSE(punycode(std::u32string(64, U'x')).has_value());
}

TEST(Idna, DomainsAreThoseOfPython) {
  const std::vector<std::string> domains{"example.org",    "bücher.example",
                                         "Bücher.Example", "BÜCHER.example",
                                         "例子.测试",      "例子。测试",
                                         "ПОЧТА.рф",       "ΕΛΛΑΔΑ.gr",
                                         "ŻÓŁĆ.pl",        "ｅｘａｍｐｌｅ．ｃｏｍ",
                                         "mañana.example", "한국.kr",
                                         "a.b.ČEŠTINA.c"};
  const auto wanted = ask_python("tests/support/idna_oracle.py", domains);
  for (std::size_t i = 0; i < domains.size(); ++i) {
    EXPECT_EQ(ascii_domain(domains[i]).value_or("none"), wanted[i]) << domains[i];
  }
}

TEST(Idna, RefusesWhatNobodySees) {
  for (const char* domain : {"a\u00a0b.org", "pay\u200bpal.example", "a\u202e.org", "a\u3000b"}) {
    const auto ascii = ascii_domain(domain);
    ASSERT_FALSE(ascii.has_value()) << domain;
    EXPECT_EQ(ascii.error().code, Errc::invalid_argument);
  }
  EXPECT_FALSE(ascii_domain(std::string(10, 'x') + "ü" + std::string(60, 'x')).has_value());
}

}  // namespace
}  // namespace mega
