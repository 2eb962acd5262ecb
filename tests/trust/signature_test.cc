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

TEST_F(SignatureTest, OfAScriptHoldsForItsNameContentAndSerialOnly) {
  constexpr std::int64_t serial = 1'800'000'001;
  const std::string by_ca = *sign(key, script_to_sign("a.sh", "00ff", serial));
  const std::string signature = script_signature(serial, by_ca);
  EXPECT_EQ(signature.size(), 72u);
  EXPECT_EQ(signature.substr(0, 8), std::string("\0\0\0\0\x6b\x49\xd2\x01", 8));
  EXPECT_EQ(serial_of(signature), serial);
  EXPECT_TRUE(check_script_signature(certificate, "a.sh", "00ff", signature));
  for (const auto& checked :
       {check_script_signature(certificate, "b.sh", "00ff", signature),
        check_script_signature(certificate, "a.sh", "00fe", signature),
        check_script_signature(certificate, "a.sh", "00ff", script_signature(serial + 1, by_ca)),
        check_script_signature(certificate, "a.sh", "00ff", script_signature(-1, by_ca)),
        check_script_signature(certificate, "a.sh", "00ff", by_ca),
        check_script_signature(certificate, "a.sh", "00ff", "")}) {
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, Errc::not_allowed);
  }
}

TEST_F(SignatureTest, OfAScriptMayBeThatOfAnEarlierMega) {
  const std::string signature = *sign(key, "mega script\na.sh\n00ff\n");
  EXPECT_EQ(serial_of(signature), 0);
  EXPECT_TRUE(check_script_signature(certificate, "a.sh", "00ff", signature));
}

}  // namespace
}  // namespace mega
