#include "net/endpoint.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

using Kind = Endpoint::Kind;

TEST(Endpoint, IsReadFromText) {
  const struct {
    const char* text;
    Endpoint endpoint;
    const char* written;  // nullptr: as read
  } cases[] = {
      {"unix:/run/mega.sock", {Kind::unix_socket, "/run/mega.sock", server_port}, nullptr},
      {"unix:relative", {Kind::unix_socket, "relative", server_port}, nullptr},
      {"db1", {Kind::tcp, "db1", 1104}, "db1:1104"},
      {"db1.example.com:1105", {Kind::tcp, "db1.example.com", 1105}, nullptr},
      {"10.0.0.5:7", {Kind::tcp, "10.0.0.5", 7}, nullptr},
      {"::1", {Kind::tcp, "::1", 1104}, "[::1]:1104"},
      {"[::1]", {Kind::tcp, "::1", 1104}, "[::1]:1104"},
      {"[2001:db8::7]:99", {Kind::tcp, "2001:db8::7", 99}, nullptr},
      {"legacy:10.0.0.5", {Kind::legacy, "10.0.0.5", 1104}, "legacy:10.0.0.5:1104"},
      {"legacy:[::1]:65535", {Kind::legacy, "::1", 65535}, nullptr},
      {"mega_server", {Kind::tcp, "mega_server", 1104}, "mega_server:1104"},
      {"_a.b_:7", {Kind::tcp, "_a.b_", 7}, nullptr},
      {"fe80::1%eth0", {Kind::tcp, "fe80::1%eth0", 1104}, "[fe80::1%eth0]:1104"},
      {"[fe80::1%2]:99", {Kind::tcp, "fe80::1%2", 99}, nullptr},
      {"legacy:fe80::1%lo", {Kind::legacy, "fe80::1%lo", 1104}, "legacy:[fe80::1%lo]:1104"},
      {"localhost.", {Kind::tcp, "localhost.", 1104}, "localhost.:1104"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto endpoint = parse_endpoint(c.text);
    ASSERT_TRUE(endpoint) << endpoint.error().message;
    EXPECT_EQ(*endpoint, c.endpoint);
    EXPECT_EQ(to_text(*endpoint), c.written ? c.written : c.text);
  }
}

TEST(Endpoint, RefusesWhatNamesNoServer) {
  for (const char* text : {"",         "unix:",       "legacy:",     ":1104",          "db1:",
                           "db1:0",    "db1:65536",   "db1:x",       "db1:+5",         "[::1",
                           "[::1]x",   "[::1]:",      "[db",         "-db1",           "db1-.com",
                           "a..b",     "two words",   "10.0.0.256",  "legacy:unix:/x", "1:2:3:4",
                           "fe80::1%", "fe80::1%a b", "fe80::1%a%b", "10.0.0.1%lo",    "db1%lo",
                           "%lo",      "fe80:::1%lo"}) {
    SCOPED_TRACE(text);
    const auto endpoint = parse_endpoint(text);
    ASSERT_FALSE(endpoint);
    EXPECT_EQ(endpoint.error().code, Errc::invalid_argument);
  }
}

}  // namespace
}  // namespace mega
