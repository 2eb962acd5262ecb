#include "mail/format/smtp_login.h"

#include "mail/format/scram.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

const SmtpUser tim{.name = "tim", .password = "tanstaaftanstaaf"};

// The exchange of RFC 7677, section 3.
constexpr const char* nonce = "rOprNGfwEbeRWgbNEkqO";
constexpr const char* server_first =
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
constexpr const char* server_final = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

TEST(Scram, GivesTheProofOfRfc7677) {
  Scram scram("user", "pencil", nonce);
  EXPECT_EQ(scram.first(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
  EXPECT_EQ(scram.answer(server_first).value(),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
  EXPECT_TRUE(scram.verify(server_final).has_value());
}

TEST(Scram, TheServerHasToProveItselfToo) {
  Scram scram("user", "pencil", nonce);
  EXPECT_FALSE(scram.verify(server_final).has_value()) << "before there was an answer";
  ASSERT_TRUE(scram.answer(server_first).has_value());
  for (const char* other :
       {"", "v=", "e=other-error", "v=AAAA", "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5="}) {
    EXPECT_FALSE(scram.verify(other).has_value()) << other;
  }
}

TEST(Scram, RefusesWhatIsNotForUs) {
  for (const char* other :
       {"", "r=other,s=QQ==,i=1", "r=rOprNGfwEbeRWgbNEkqO,s=QQ==,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=?,i=4096", "r=rOprNGfwEbeRWgbNEkqOx,s=QQ==,i=0",
        "r=rOprNGfwEbeRWgbNEkqOx,s=QQ==,i=999999999", "r=rOprNGfwEbeRWgbNEkqOx,s=QQ=="}) {
    Scram scram("user", "pencil", nonce);
    EXPECT_FALSE(scram.answer(other).has_value()) << other;
  }
}

TEST(Scram, NamesWithCommasAreEscaped) {
  EXPECT_EQ(Scram("a,b=c", "x", "n").first(), "n,,n=a=2Cb=3Dc,r=n");
}

TEST(SmtpLogin, TheBestThatIsOfferedIsTaken) {
  const struct {
    const char* name;
    std::string method;
    std::vector<std::string> offered;
    bool secret_way;
    std::string chosen;  // empty: none
  } cases[] = {
      {"scram before plain", "auto", {"LOGIN", "PLAIN", "SCRAM-SHA-256"}, true, "SCRAM-SHA-256"},
      {"plain before login", "auto", {"LOGIN", "PLAIN"}, true, "PLAIN"},
      {"login alone", "auto", {"LOGIN"}, true, "LOGIN"},
      {"a token is not guessed", "auto", {"XOAUTH2"}, true, ""},
      {"a token when asked for", "xoauth2", {"XOAUTH2", "PLAIN"}, true, "XOAUTH2"},
      {"only what was asked for", "login", {"PLAIN"}, true, ""},
      {"no password in the clear", "auto", {"PLAIN", "LOGIN"}, false, ""},
      {"a proof in the clear", "auto", {"PLAIN", "SCRAM-SHA-256"}, false, "SCRAM-SHA-256"},
      {"nothing offered", "auto", {}, true, ""},
      {"nothing known", "auto", {"GSSAPI", "CRAM-MD5"}, true, ""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto login = choose_login(c.method, c.offered, c.secret_way, tim, "n");
    if (c.chosen.empty()) {
      ASSERT_FALSE(login.has_value());
      EXPECT_EQ(login.error().code, Errc::not_allowed);
    } else {
      ASSERT_TRUE(login.has_value()) << login.error().message;
      EXPECT_EQ((*login)->name(), c.chosen);
    }
  }
}

TEST(SmtpLogin, PlainIsThatOfRfc4616) {
  const auto login = choose_login("plain", {"PLAIN"}, true, tim, "n").value();
  EXPECT_EQ(*login->first(), std::string("\0tim\0tanstaaftanstaaf", 21));
}

TEST(SmtpLogin, LoginGivesTheNameThenThePassword) {
  const auto login = choose_login("login", {"LOGIN"}, true, tim, "n").value();
  EXPECT_FALSE(login->first().has_value());
  EXPECT_EQ(login->answer("Username:").value(), "tim");
  EXPECT_EQ(login->answer("Password:").value(), "tanstaaftanstaaf");
  EXPECT_FALSE(login->answer("Mother's name:").has_value());
}

TEST(SmtpLogin, XoauthIsThatOfGoogle) {
  const auto login = choose_login("xoauth2", {"XOAUTH2"}, true, tim, "n").value();
  EXPECT_EQ(*login->first(), "user=tim\001auth=Bearer tanstaaftanstaaf\001\001");
  EXPECT_EQ(login->answer("{\"status\":\"401\"}").value(), "");
}

TEST(SmtpLogin, ScramIsNotDoneBeforeTheRelayHasProvedItself) {
  const auto login =
      choose_login("auto", {"SCRAM-SHA-256"}, false, {.name = "user", .password = "pencil"}, nonce)
          .value();
  ASSERT_TRUE(login->answer(server_first).has_value());
  EXPECT_EQ(login->finish().error().code, Errc::not_allowed);
  EXPECT_EQ(login->answer(server_final).value(), "");
  EXPECT_TRUE(login->finish().has_value());
}

}  // namespace
}  // namespace mega
