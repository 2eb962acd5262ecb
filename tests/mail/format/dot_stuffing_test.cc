#include "mail/format/smtp_envelope.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(DotStuffing, EveryDotAtTheStartOfALineGetsASecondOne) {
  const struct {
    const char* name;
    std::string message, sent;
  } cases[] = {
      {"nothing", "", ".\r\n"},
      {"no dots", "a\r\nb\r\n", "a\r\nb\r\n.\r\n"},
      {"a dot alone", ".\r\n", "..\r\n.\r\n"},
      {"dots in a row", ".\r\n.\r\n..\r\n", "..\r\n..\r\n...\r\n.\r\n"},
      {"a dot inside", "a.b\r\n", "a.b\r\n.\r\n"},
      {"no line end at the end", "a", "a\r\n.\r\n"},
  };
  for (const auto& c : cases) {
    for (std::size_t cut = 0; cut <= c.message.size(); ++cut) {
      SCOPED_TRACE(testing::Message() << c.name << ", cut at " << cut);
      DotStuffer stuffer;
      std::string sent(stuffer.stuffed(c.message.substr(0, cut)));
      sent += stuffer.stuffed(c.message.substr(cut));
      sent += stuffer.end();
      EXPECT_EQ(sent, c.sent);
    }
  }
}

}  // namespace
}  // namespace mega
