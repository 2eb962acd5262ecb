#include "trust/signature.h"

#include <gtest/gtest.h>

#include "tests/support/site.h"
#include "trust/certificate.h"

namespace mega {
namespace {

class SignatureTest : public testing::Test {
 protected:
  const std::string key = make_key().value();
  const std::string certificate = make_ca(key, "test", Time{1'800'000'000}).value();
};

TEST_F(SignatureTest, HoldsForThatMessageAndThatKeyOnly) {
  const auto signature = sign(key, "message");
  ASSERT_TRUE(signature) << signature.error().message;
  EXPECT_EQ(signature->size(), 64u);
  EXPECT_TRUE(check_signature(certificate, "message", *signature));

  const TestSite other;
  std::string changed = *signature;
  changed[10] = static_cast<char>(changed[10] ^ 1);
  for (const auto& checked : {check_signature(certificate, "another", *signature),
                              check_signature(certificate, "", *signature),
                              check_signature(other.ca(), "message", *signature),
                              check_signature(certificate, "message", changed),
                              check_signature(certificate, "message", "")}) {
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, Errc::not_allowed);
  }
}

TEST_F(SignatureTest, NeedsAKeyAndACertificate) {
  EXPECT_EQ(sign("no key", "message").error().code, Errc::invalid_argument);
  EXPECT_EQ(check_signature("no certificate", "message", "").error().code, Errc::invalid_argument);
}

TEST(ScriptToSign, TellsNameAndContentApart) {
  EXPECT_NE(script_to_sign("a", "b"), script_to_sign("b", "a"));
  EXPECT_EQ(script_to_sign("a.sh", "00ff"), "mega script\na.sh\n00ff\n");
}

}  // namespace
}  // namespace mega
