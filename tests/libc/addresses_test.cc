#include "libc/addresses.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <net/if.h>

#include <memory>
#include <string>
#include <utility>

namespace mega {
namespace {

// What find_addresses() gives, as text: "127.0.0.1:80 tcp", or the name of its error.
std::vector<std::string> found(const char* host, const char* service, const addrinfo& hints) {
  addrinfo* list = nullptr;
  if (const int error = find_addresses(host, service, &hints, &list)) return {gai_strerror(error)};
  std::vector<std::string> lines;
  for (const addrinfo* info = list; info; info = info->ai_next) {
    char address[64];
    char port[8];
    EXPECT_EQ(print_address(info->ai_addr, info->ai_addrlen, address, sizeof address, port,
                            sizeof port, 0),
              0);
    const char* kind = info->ai_socktype == SOCK_STREAM  ? "tcp"
                       : info->ai_socktype == SOCK_DGRAM ? "udp"
                                                         : "raw";
    EXPECT_EQ(info->ai_family, info->ai_addr->sa_family);
    lines.push_back(std::string(address) + " " + port + " " + kind);
  }
  free_addresses(list);
  return lines;
}

addrinfo hints(int flags, int family = AF_UNSPEC, int type = SOCK_STREAM, int protocol = 0) {
  addrinfo wanted{};
  wanted.ai_flags = flags;
  wanted.ai_family = family;
  wanted.ai_socktype = type;
  wanted.ai_protocol = protocol;
  return wanted;
}

using Lines = std::vector<std::string>;

TEST(Addresses, OfNumbersAndOfThisMachineNeedNoDns) {
  const struct {
    const char* name;
    const char* host;
    const char* service;
    addrinfo wanted;
    Lines lines;
  } cases[] = {
      {"version 4", "10.0.0.7", "1104", hints(0), {"10.0.0.7 1104 tcp"}},
      {"version 6", "2001:db8::7", "mysql", hints(0), {"2001:db8::7 3306 tcp"}},
      {"with an interface", "fe80::1%lo", "1", hints(0), {"fe80::1%lo 1 tcp"}},
      {"every kind of socket",
       "10.0.0.7",
       nullptr,
       hints(0, AF_INET, 0),
       {"10.0.0.7 0 tcp", "10.0.0.7 0 udp", "10.0.0.7 0 raw"}},
      {"one protocol",
       "10.0.0.7",
       nullptr,
       hints(0, AF_INET, 0, IPPROTO_UDP),
       {"10.0.0.7 0 udp", "10.0.0.7 0 raw"}},
      {"localhost", "localhost", "1104", hints(0), {"127.0.0.1 1104 tcp", "::1 1104 tcp"}},
      {"localhost in version 4", "localhost", "1", hints(0, AF_INET), {"127.0.0.1 1 tcp"}},
      {"localhost in version 6", "localhost", "1", hints(0, AF_INET6), {"::1 1 tcp"}},
      {"under localhost", "db1.LocalHost.", "1", hints(0, AF_INET), {"127.0.0.1 1 tcp"}},
      {"to listen anywhere",
       nullptr,
       "1104",
       hints(AI_PASSIVE),
       {"0.0.0.0 1104 tcp", ":: 1104 tcp"}},
      {"no host", nullptr, "1104", hints(0), {"127.0.0.1 1104 tcp", "::1 1104 tcp"}},
      {"nothing", nullptr, nullptr, hints(0), {gai_strerror(EAI_NONAME)}},
      {"unknown service", "10.0.0.7", "gopher", hints(0), {gai_strerror(EAI_SERVICE)}},
      {"numbers only", "db1.example", "1", hints(AI_NUMERICHOST), {gai_strerror(EAI_NONAME)}},
      {"unknown interface", "fe80::1%nope7", "1", hints(0), {gai_strerror(EAI_NONAME)}},
      {"other version", "10.0.0.7", "1", hints(0, AF_INET6), {gai_strerror(EAI_ADDRFAMILY)}},
      {"no such family", "10.0.0.7", "1", hints(0, AF_UNIX), {gai_strerror(EAI_FAMILY)}},
      {"no such socket",
       "10.0.0.7",
       "1",
       hints(0, AF_INET, SOCK_SEQPACKET),
       {gai_strerror(EAI_SOCKTYPE)}},
      {"name of nothing", nullptr, "1", hints(AI_CANONNAME), {gai_strerror(EAI_BADFLAGS)}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(found(c.host, c.service, c.wanted), c.lines);
  }
}

TEST(Addresses, TellTheCanonicalNameWhenAsked) {
  const addrinfo wanted = hints(AI_CANONNAME);
  addrinfo* list = nullptr;
  ASSERT_EQ(find_addresses("localhost", nullptr, &wanted, &list), 0);
  EXPECT_STREQ(list->ai_canonname, "localhost");
  EXPECT_EQ(list->ai_next->ai_canonname, nullptr);
  free_addresses(list);
}

TEST(Localhost, IsTheNameAndWhatIsUnderIt) {
  for (const char* name : {"localhost", "LOCALHOST", "localhost.", "a.b.localhost", ".localhost"}) {
    EXPECT_TRUE(is_localhost(name)) << name;
  }
  for (const char* name : {"", ".", "localhos", "mylocalhost", "localhost.example", "127.0.0.1"}) {
    EXPECT_FALSE(is_localhost(name)) << name;
  }
}

TEST(Address, IsParsedOnlyWhenItIsWhole) {
  for (const char* text : {"", "10.0.0", "10.0.0.256", "10.0.0.7 ", "10.0.0.7%lo", "::g",
                           "fe80::1%", "db1", "[::1]"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
  const auto numbered = parse_address("fe80::1%7");
  ASSERT_TRUE(numbered);
  EXPECT_EQ(numbered->scope, 7u);
}

TEST(PrintAddress, SaysWhyItCannot) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(1104);
  v4.sin_addr.s_addr = htonl(0x0a000007);
  const auto* address = reinterpret_cast<const sockaddr*>(&v4);
  char host[9] = "";
  char port[5] = "";
  const auto print = [&](socklen_t bytes, socklen_t host_bytes, socklen_t port_bytes, int flags) {
    return print_address(address, bytes, host, host_bytes, port, port_bytes, flags);
  };
  EXPECT_EQ(print(sizeof v4, 9, 5, 0), 0);
  EXPECT_STREQ(host, "10.0.0.7");
  EXPECT_STREQ(port, "1104");
  EXPECT_EQ(print(sizeof v4, 8, 5, 0), EAI_OVERFLOW);
  EXPECT_EQ(print(sizeof v4, 9, 4, 0), EAI_OVERFLOW);
  EXPECT_EQ(print(sizeof v4 - 1, 9, 5, 0), EAI_FAMILY);
  EXPECT_EQ(print(sizeof v4, 9, 5, NI_NAMEREQD), EAI_NONAME);
  v4.sin_family = AF_UNIX;
  EXPECT_EQ(print(sizeof v4, 9, 5, 0), EAI_FAMILY);
}

}  // namespace
}  // namespace mega
