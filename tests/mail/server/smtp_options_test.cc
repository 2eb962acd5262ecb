#include "mail/server/smtp_options.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(MailRelay, IsReadFromText) {
  const struct {
    const char* text;
    SmtpTls tls;
    const char* written;
  } cases[] = {
      {"mail.example.org", SmtpTls::starttls, "mail.example.org:587"},
      {"mail.example.org", SmtpTls::implicit, "mail.example.org:465"},
      {"mail.example.org", SmtpTls::none, "mail.example.org:25"},
      {"mail.example.org.:2525", SmtpTls::none, "mail.example.org.:2525"},
      {"mail_relay", SmtpTls::none, "mail_relay:25"},
      {"bu\u0308cher.example:26", SmtpTls::none, "xn--bcher-kva.example:26"},
      {"[::1]:26", SmtpTls::none, "[::1]:26"},
      {"[fe80::1%eth0]:26", SmtpTls::none, "[fe80::1%eth0]:26"},
  };
  for (const auto& c : cases) {
    const auto relay = parse_relay(c.text, c.tls);
    EXPECT_EQ(relay ? to_text(*relay) : relay.error().message, c.written) << c.text;
  }
}

TEST(MailRelay, RefusesWhatIsNoHost) {
  for (const char* text : {"", ":25", "a b", "mail:0", "unix:/x", "ü\u200b.x", "\u0308x.ü"}) {
    const auto relay = parse_relay(text, SmtpTls::none);
    ASSERT_FALSE(relay.has_value()) << text;
    EXPECT_EQ(relay.error().code, Errc::invalid_argument);
    EXPECT_TRUE(relay.error().message.starts_with("smtp.relays: ")) << relay.error().message;
  }
}

}  // namespace
}  // namespace mega
