// How `mega mail` ends, by what became of each recipient.
#include "cmd/mail/mail_verdict.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

using enum Fate::State;
using States = std::vector<Fate::State>;

std::vector<Fate> fates_of(const States& states) {
  std::vector<Fate> fates;
  for (const Fate::State state : states) {
    const std::string words = state == accepted ? "250 ok" : "relay's\r\nwords";
    fates.push_back({fmt::format("r{}@x", fates.size()), state, words});
  }
  return fates;
}

TEST(MailVerdict, IsTheExitCodeForWhatBecameOfTheRecipients) {
  const Result<std::string> keeper = "it is in the server's queue as 7";
  const Result<std::string> none = fail(Errc::failed, "the disk is full");
  const struct {
    const char* name;
    States states;
    std::optional<Result<std::string>> queued;
    int code;
    const char* says;
  } cases[] = {
      {"all accepted", {accepted, accepted}, {}, 0, ""},
      {"all refused", {refused, refused}, {}, 1, "not accepted:"},
      {"some refused",
       {accepted, refused},
       {},
       3,
       "accepted for 1 of 2 recipients, refused for 1:"},
      {"all put off", {later, later}, {}, 4, "put off by the relay; it may be tried again:"},
      {"all put off and queued",
       {later, later},
       keeper,
       4,
       "put off by the relay; queued: it is in the server's queue as 7"},
      {"all put off and not queued",
       {later},
       none,
       4,
       "put off by the relay; not queued: the disk is full"},
      {"some put off", {accepted, later}, {}, 3, "accepted for 1 of 2 recipients, put off for 1:"},
      {"some put off and queued",
       {accepted, later},
       keeper,
       4,
       "accepted for 1 of 2 recipients, put off for 1; queued: it is in the server's queue as 7"},
      {"some put off and not queued", {accepted, later}, none, 3, "; not queued: the disk is full"},
      {"some refused, the rest queued",
       {refused, later},
       keeper,
       3,
       "accepted for 0 of 2 recipients, refused for 1, put off for 1; queued: "},
      {"some are perhaps there",
       {accepted, unknown, refused},
       {},
       8,
       "accepted for 1 of 3 recipients, refused for 1, perhaps there for 1:"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto verdict = verdict_on(fates_of(c.states), c.queued);
    ASSERT_EQ(verdict ? 0 : exit_code(verdict.error().code), c.code);
    if (!verdict) {
      EXPECT_NE(verdict.error().message.find(c.says), std::string::npos) << verdict.error().message;
    }
  }
}

TEST(MailVerdict, HasALineForEachThatDoesNotHaveIt) {
  const auto verdict = verdict_on(fates_of({accepted, refused, later}), std::nullopt);
  EXPECT_EQ(verdict.error().message,
            "accepted for 1 of 3 recipients, refused for 1, put off for 1:\n"
            "  r1@x: relay's\\r\\nwords\n"
            "  r2@x: relay's\\r\\nwords");
}

}  // namespace
}  // namespace mega
