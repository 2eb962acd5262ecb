#include "sql/greeting.h"

#include <gtest/gtest.h>

#include <string>

namespace mega {
namespace {

std::string packet(const std::string& payload, char sequence = 0) {
  std::string bytes{static_cast<char>(payload.size() & 0xff),
                    static_cast<char>(payload.size() >> 8 & 0xff), 0, sequence};
  return bytes + payload;
}

std::string handshake(const std::string& version) {
  return packet("\x0a" + version + std::string(1, '\0') + std::string("\x03\0\0\0", 4) +
                "{1\"RZLLw" + std::string(1, '\0') + "\xfe\xf7");
}

// As captured from mariadbd 10.11.19 of Debian 12.
const std::string mariadb = std::string(
    "d\0\0\0\n5.5.5-10.11.19-MariaDB-0+deb12u1\0\x03\0\0\0{1\"RZLLw\0\xfe\xf7\x08\x02\0"
    "\xff\x81\x15\0\0\0\0\0\0\x1d\0\0\0"
    "5A(CZwi+7s^\\\0mysql_native_password\0",
    104);

TEST(Greeting, IsReadFromTheFirstPacketHoweverItComes) {
  ASSERT_EQ(mariadb.size(), 104u);
  for (std::size_t cut = 0; cut < mariadb.size(); ++cut) {
    const auto part = parse_greeting(mariadb.substr(0, cut));
    ASSERT_TRUE(part) << cut;
    EXPECT_FALSE(*part) << cut;
  }
  const auto whole = parse_greeting(mariadb + "more");
  ASSERT_TRUE(whole && *whole);
  EXPECT_EQ((*whole)->version, "10.11.19-MariaDB-0+deb12u1");
}

TEST(Greeting, TellsTypeAndNumber) {
  const struct {
    const char* sent;
    const char* version;
    const char* type;
    const char* number;
  } cases[] = {
      {"8.0.36", "8.0.36", "MySQL", "8.0.36"},
      {"8.0.36-28", "8.0.36-28", "MySQL", "8.0.36"},
      {"5.5.5-10.11.6-MariaDB-log", "10.11.6-MariaDB-log", "MariaDB", "10.11.6"},
      {"11.4.2-MariaDB", "11.4.2-MariaDB", "MariaDB", "11.4.2"},
      {"5.5.5-m3", "5.5.5-m3", "MySQL", "5.5.5"},
      {"5.1.73-community.", "5.1.73-community.", "MySQL", "5.1.73"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.sent);
    const auto greeting = parse_greeting(handshake(c.sent));
    ASSERT_TRUE(greeting && *greeting);
    EXPECT_EQ((*greeting)->version, c.version);
    EXPECT_EQ(database_type(c.version), c.type);
    EXPECT_EQ(version_number(c.version), c.number);
  }
  EXPECT_EQ(version_number("5.7."), "5.7");
  EXPECT_EQ(version_number(""), "");
}

TEST(Greeting, MayBeAnError) {
  const auto busy = parse_greeting(packet("\xff\x10\x04Too many connections"));
  ASSERT_TRUE(busy && *busy);
  EXPECT_EQ(**busy, (Greeting{"", 1040, "Too many connections"}));
}

TEST(Greeting, IsNoneOfOtherPrograms) {
  const std::pair<const char*, std::string> cases[] = {
      {"the X protocol of MySQL", std::string("\x05\0\0\0\x0b\x08\x05\x1a\0", 9)},
      {"SSH", "SSH-2.0-OpenSSH_9.2p1\r\n"},
      {"SMTP", "220 mail.example ESMTP\r\n"},
      {"a later packet", packet("\x0a"
                                "8.0.36",
                                1)},
      {"an older protocol", packet("\x09"
                                   "3.23")},
      {"no end of the version", packet("\x0a"
                                       "8.0.36")},
      {"nothing behind the version", packet(std::string("\x0a"
                                                        "8.0.36\0",
                                                        8))},
      {"no version", handshake("")},
      {"a version of control bytes", handshake("8\n0")},
      {"a long version", handshake(std::string(201, '8'))},
      {"an empty packet", std::string("\0\0\0\0\x0a", 5)},
      {"a long packet", std::string("\xff\xff\0\0\x0a", 5)},
      {"a short error", packet("\xff\x10\x04")},
      {"an error of no text", packet("\xff\x10\x04\xfe\xfe")},
  };
  for (const auto& [name, bytes] : cases) {
    const auto greeting = parse_greeting(bytes);
    ASSERT_FALSE(greeting) << name;
    EXPECT_EQ(greeting.error().code, Errc::corrupt);
  }
}

}  // namespace
}  // namespace mega
