#include "mail/agent/mail_spool.h"

#include "tests/support/scratch.h"
#include "value/json.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace mega {
namespace {

using testing::ElementsAre;

Map mail_with(const std::string& id, const std::string& content = "text") {
  return {{"id", id},
          {"subject", "Größe"},
          {"content", content},
          {"to", List{"a@x", "b@x"}},
          {"bcc", List{"c@x"}},
          {"attachments", List{Map{{"name", "a"}, {"content", Bytes{std::string("\0\xff", 2)}}}}}};
}

class MailSpoolTest : public testing::Test {
 protected:
  std::unique_ptr<MailSpool> open(const MailSpoolLimits& limits = {}) const {
    return MailSpool::open(folder, limits).value();
  }
  static std::vector<std::int64_t> numbers(const MailSpool& spool) {
    std::vector<std::int64_t> all;
    for (const KeptMail& mail : spool.list()) all.push_back(mail.number);
    return all;
  }

  Scratch scratch;
  std::string folder = scratch / "mail";
  Time now{1406787187};
};

TEST_F(MailSpoolTest, WhatItHoldsIsThereAfterItWasOpenedAgain) {
  const std::string line = to_json(Value(mail_with("one")));
  {
    const auto spool = open();
    ASSERT_EQ(spool->add(mail_with("one"), now)->number, 1);
    ASSERT_EQ(spool->add(mail_with("two"), now)->number, 2);
    ASSERT_TRUE(spool->remove(1));
  }
  const auto spool = open();
  const auto list = spool->list();
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].number, 2);
  EXPECT_EQ(list[0].id, "two");
  EXPECT_EQ(list[0].added, now);
  EXPECT_EQ(list[0].recipient, "a@x");
  EXPECT_EQ(list[0].recipients, 3);
  EXPECT_EQ(list[0].subject, "Größe");
  EXPECT_EQ(Value(spool->read(2).value()), Value(mail_with("two")));
  EXPECT_EQ(spool->read(1).error().code, Errc::not_found);
  EXPECT_EQ(spool->remove(1).error().code, Errc::not_found);
}

TEST_F(MailSpoolTest, TheSameIsKeptOnce) {
  const auto spool = open();
  EXPECT_EQ(spool->add(mail_with("one"), now)->number, 1);
  EXPECT_EQ(spool->add(mail_with("one"), now)->number, 1);
  EXPECT_THAT(numbers(*spool), ElementsAre(1));
}

TEST_F(MailSpoolTest, SaysWhenItIsFull) {
  const auto few = open({.mails_max = 2});
  ASSERT_TRUE(few->add(mail_with("one"), now));
  ASSERT_TRUE(few->add(mail_with("two"), now));
  EXPECT_EQ(few->add(mail_with("three"), now).error().code, Errc::failed);
  ASSERT_TRUE(few->remove(1));
  EXPECT_TRUE(few->add(mail_with("three"), now));
  const auto small = open({.bytes_max = 2000});
  EXPECT_FALSE(small->add(mail_with("four", std::string(2000, 'x')), now));
  EXPECT_THAT(numbers(*small), ElementsAre(2, 3));
}

TEST_F(MailSpoolTest, WhatIsDamagedHindersNothing) {
  ASSERT_TRUE(open()->add(mail_with("one"), now));
  scratch.write("mail/000007", "{\"id\":");
  scratch.write("mail/000008", "");
  scratch.write("mail/000009.x1y2z3", "half of a file that was being written");
  const auto spool = open();
  EXPECT_THAT(numbers(*spool), ElementsAre(1));
  EXPECT_EQ(spool->add(mail_with("two"), now)->number, 9) << "no file is written over";
  EXPECT_TRUE(std::filesystem::exists(folder + "/000007"));
}

TEST_F(MailSpoolTest, RefusesWhatIsNoMail) {
  const auto spool = open();
  EXPECT_EQ(spool->add({}, now).error().code, Errc::invalid_argument);
  EXPECT_EQ(spool->add({{"id", 7}}, now).error().code, Errc::invalid_argument);
  EXPECT_EQ(spool->add({{"id", "x"}, {"to", 7}}, now).error().code, Errc::invalid_argument);
  EXPECT_TRUE(spool->list().empty());
}

}  // namespace
}  // namespace mega
