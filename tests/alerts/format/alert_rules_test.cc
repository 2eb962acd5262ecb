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

// In Berlin the clocks go from 03:00 back to 02:00 on 2026-10-25 (at 01:00 UTC), and from 02:00 on
// to 03:00 on 2026-03-29 (at 01:00 UTC).
class ClockChange : public testing::Test {
 protected:
  ClockChange() { reload_time_zone(); }
  ~ClockChange() override {
    zone_.reset();
    reload_time_zone();
  }

 private:
  std::optional<Variable> zone_{std::in_place, "TZ", "Europe/Berlin"};
};

Time utc(const std::string& text) { return parse_time(text + "Z").value(); }

TEST_F(ClockChange, DoesNotMoveTheEndOfQuietHours) {
  const struct {
    const char *name, *quiet, *now, *end;
  } cases[] = {
      {"before the clocks go back", "22:00-07:00", "2026-10-24T20:00:00", "2026-10-25T06:00:00"},
      {"in the hour that comes twice", "22:00-07:00", "2026-10-25T00:30:30", "2026-10-25T06:00:00"},
      {"in its second time", "22:00-07:00", "2026-10-25T01:30:00", "2026-10-25T06:00:00"},
      {"an end that comes twice", "22:00-02:30", "2026-10-24T20:00:00", "2026-10-25T00:30:00"},
      {"after the clocks went back", "22:00-07:00", "2026-10-25T21:00:00", "2026-10-26T06:00:00"},
      {"before the clocks go on", "22:00-07:00", "2026-03-28T21:00:00", "2026-03-29T05:00:00"},
      {"an end that is skipped", "22:00-02:30", "2026-03-28T21:00:00", "2026-03-29T01:00:00"},
      {"begin is skipped, too", "02:15-07:00", "2026-03-29T01:00:00", "2026-03-29T05:00:00"},
      {"not quiet", "22:00-07:00", "2026-10-25T12:00:30", "2026-10-25T12:00:30"},
      {"never", "07:00-07:00", "2026-10-25T06:00:00", "2026-10-25T06:00:00"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto quiet = parse_quiet_hours(c.quiet).value();
    EXPECT_EQ(format_iso(after_quiet(utc(c.now), quiet)), format_iso(utc(c.end)));
  }
}

TEST_F(ClockChange, LeavesNoHourBetweenTwoReports) {
  const auto at = [](const char* text) { return parse_time(text).value(); };
  for (const auto& [now, before] : {std::pair{"2026-10-25 07:00:00", "2026-10-24 07:00:00"},
                                    std::pair{"2026-10-26 07:00:00", "2026-10-25 07:00:00"},
                                    std::pair{"2026-03-29 07:00:00", "2026-03-28 07:00:00"},
                                    std::pair{"2026-07-01 07:00:00", "2026-06-30 07:00:00"}}) {
    EXPECT_EQ(format_local(same_time_yesterday(at(now))), before) << now;
  }
}

}  // namespace
}  // namespace mega
