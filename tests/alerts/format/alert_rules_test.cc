#include "alerts/format/alert_rules.h"

#include "tests/support/variable.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(AlertRules, RecipientsAreReadAndChosen) {
  std::vector<AlertRecipient> all;
  for (const char* text :
       {"dba@x", "mail_failed=ops@x", "*/critical=Oncall <oncall@x>", "silent/warning = dba@x"}) {
    const auto recipient = parse_alert_recipient(text);
    ASSERT_TRUE(recipient.has_value()) << recipient.error().message;
    all.push_back(*recipient);
  }
  const auto chosen = [&](std::string_view kind, NoticeLevel level) {
    std::string names;
    for (const auto& each : recipients_for(kind, level, all)) names += each.address + " ";
    return names;
  };
  EXPECT_EQ(chosen("report", NoticeLevel::info), "dba@x ");
  EXPECT_EQ(chosen("mail_failed", NoticeLevel::info), "dba@x ops@x ");
  EXPECT_EQ(chosen("mail_failed", NoticeLevel::critical), "dba@x ops@x oncall@x ");
  EXPECT_EQ(chosen("silent", NoticeLevel::warning), "dba@x ");
}

TEST(AlertRules, RefusesWhatIsNoRecipient) {
  for (const char* text :
       {"", "x", "report=", "re port=a@x", "a/loud=a@x", "=a@x", "/critical=a@x"}) {
    EXPECT_EQ(parse_alert_recipient(text).error().code, Errc::invalid_argument) << text;
  }
}

TEST(AlertRules, QuietHoursEndInTheMorning) {
  const Variable zone("TZ", "Asia/Shanghai");
  reload_time_zone();
  const auto quiet = parse_quiet_hours("22:00-07:00").value();
  const auto at = [](const char* text) { return parse_time(text).value(); };
  EXPECT_EQ(after_quiet(at("2014-07-31 21:59"), quiet), at("2014-07-31 21:59"));
  EXPECT_EQ(after_quiet(at("2014-07-31 22:00"), quiet), at("2014-08-01 07:00"));
  EXPECT_EQ(after_quiet(at("2014-08-01 06:59:59"), quiet), at("2014-08-01 07:00"));
  EXPECT_EQ(after_quiet(at("2014-08-01 07:00"), quiet), at("2014-08-01 07:00"));
  const auto noon = parse_quiet_hours("12:00-13:00").value();
  EXPECT_EQ(after_quiet(at("2014-08-01 12:30"), noon), at("2014-08-01 13:00"));
  EXPECT_EQ(after_quiet(at("2014-08-01 11:30"), noon), at("2014-08-01 11:30"));
  EXPECT_FALSE(parse_quiet_hours("").value().has_value());
  for (const char* text :
       {"22", "22:00", "22:00-", "-07:00", "24:00-07:00", "22:60-07:00", "a-b"}) {
    EXPECT_FALSE(parse_quiet_hours(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace mega
