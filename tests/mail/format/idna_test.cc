#include "mail/format/idna.h"

#include "tests/support/ask_python.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::AnyOf;
using testing::HasSubstr;

// Python's codec is IDNA 2003; for these domains the two agree.
TEST(Idna, DomainsAreThoseOfPython) {
  const std::vector<std::string> domains{"example.org",    "bücher.example",
                                         "Bücher.example", "BÜCHER.example",
                                         "例子.测试",      "例子。测试",
                                         "ПОЧТА.рф",       "ΕΛΛΑΔΑ.gr",
                                         "ŻÓŁĆ.pl",        "ｅｘａｍｐｌｅ．ｃｏｍ",
                                         "mañana.example", "한국.kr",
                                         "a.b.čeština.c",  "bu\u0308cher.example",
                                         "Ȳ.example",      "ﬁle.ü.example"};
  const auto wanted = ask_python("tests/support/idna_oracle.py", domains);
  for (std::size_t i = 0; i < domains.size(); ++i) {
    EXPECT_EQ(ascii_domain(domains[i]).value_or("none"), wanted[i]) << domains[i];
  }
}

// Samples of UTS 46 and its test file IdnaTestV2.txt (processing that is not transitional), and
// letters of which the composed, the decomposed and the upper case form are one domain.
TEST(Idna, MapsAsUts46Says) {
  const struct {
    const char *name, *domain, *ascii;
  } cases[] = {
      {"decomposed", "bu\u0308cher.de", "xn--bcher-kva.de"},
      {"decomposed upper case", "BU\u0308CHER.DE", "xn--bcher-kva.de"},
      {"two marks in either order", "a\u0323\u0302.x", "xn--zkg.x"},
      {"two marks in the other order", "a\u0302\u0323.x", "xn--zkg.x"},
      {"sharp s stays", "fa\u00df.de", "xn--fa-hia.de"},
      {"final sigma stays", "\u03b2\u03cc\u03bb\u03bf\u03c2.com", "xn--nxasmm1c.com"},
      {"upper case of sigma", "\u0392\u038c\u039b\u039f\u03a3.com", "xn--nxasmq6b.com"},
      {"Armenian in upper case", "\u0531\u0532.x", "xn--y9ac.x"},
      {"Latin beyond the first blocks", "\u01c4.x", "xn--d-toa.x"},
      {"a joiner where a script wants it", "\u0646\u0627\u0645\u0647\u200c\u0627\u06cc.com",
       "xn--mgba3gch31f060k.com"},
      {"ideographic dots", "\u4f8b\u5b50\u3002\u6d4b\u8bd5", "xn--fsqu00a.xn--0zwm56d"},
      {"what is ASCII already stays", "Example.ORG", "Example.ORG"},
      {"what is encoded already stays", "xn--bcher-kva.example", "xn--bcher-kva.example"},
      {"an underscore", "_a.\u00fc", "_a.xn--tda"},
  };
  for (const auto& c : cases) {
    const auto ascii = ascii_domain(c.domain);
    EXPECT_EQ(ascii ? *ascii : ascii.error().message, c.ascii) << c.name;
  }
}

TEST(Idna, RefusesWhatNoDomainMayHold) {
  for (const char* domain :
       {"\u0308a.ü", "a\u0640.x", "\u05d0a.x", "a\u200cb.x", "xn--a.ü", "\u2028.x", "a\ue000.x"}) {
    const auto ascii = ascii_domain(domain);
    ASSERT_FALSE(ascii.has_value()) << domain << " " << *ascii;
    EXPECT_EQ(ascii.error().code, Errc::invalid_argument);
    EXPECT_THAT(ascii.error().message, AnyOf(HasSubstr("cannot be written in ASCII"),
                                             HasSubstr("may not stand in a domain")));
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
