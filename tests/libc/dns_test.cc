// ask_dns() against a server of ours on loopback that answers, denies, fails or stays silent.
#include "libc/dns.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netdb.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <thread>

namespace mega {
namespace {

enum class Manner { answer, deny, fail, silence };

// Answers every A question with 10.0.0.7 and every AAAA question with 2001:db8::7, or misbehaves.
class DnsServer {
 public:
  explicit DnsServer(Manner manner) : manner_(manner), socket_(socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in here{};
    here.sin_family = AF_INET;
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t bytes = sizeof here;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&here), bytes), 0);
    EXPECT_EQ(getsockname(socket_, reinterpret_cast<sockaddr*>(&here), &bytes), 0);
    port_ = ntohs(here.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~DnsServer() {
    shutdown(socket_, SHUT_RDWR);  // wakes recvfrom()
    thread_.join();
    close(socket_);
  }

  DnsOptions options() const {
    return {.servers = "127.0.0.1:" + std::to_string(port_), .timeout_ms = 100, .rounds = 2};
  }

 private:
  void serve() {
    for (;;) {
      char bytes[512];
      sockaddr_in peer{};
      socklen_t peer_bytes = sizeof peer;
      const auto got = recvfrom(socket_, bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&peer),
                                &peer_bytes);
      if (got <= 0) return;
      if (manner_ == Manner::silence) continue;
      const std::string reply = reply_to({bytes, static_cast<std::size_t>(got)});
      sendto(socket_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&peer),
             peer_bytes);
    }
  }

  // RFC 1035: header of 12 bytes, the name in labels, type and class; a record that points back to
  // the name at byte 12.
  std::string reply_to(std::string_view question) const {
    const std::size_t name_end = question.find('\0', 12) + 1;
    const bool v6 = question[name_end + 1] == 28;
    std::string reply{question.substr(0, name_end + 4)};
    const int code = manner_ == Manner::deny ? 3 : manner_ == Manner::fail ? 2 : 0;
    reply[2] = '\x81';                          // an answer, recursion was desired
    reply[3] = static_cast<char>(0x80 | code);  // recursion is available
    reply.replace(6, 6, 6, '\0');               // no answers, authorities, additions,
    if (code) return reply;
    reply[7] = 1;  // but one answer
    reply += std::string_view("\xc0\x0c\x00", 3);
    reply += v6 ? '\x1c' : '\x01';
    reply += std::string_view("\x00\x01\x00\x00\x00\x3c\x00", 7);  // class IN, 60 seconds
    if (v6) return reply + std::string("\x10\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07", 17);
    return reply + std::string("\x04\x0a\x00\x00\x07", 5);
  }

  Manner manner_;
  int socket_;
  int port_ = 0;
  std::thread thread_;
};

TEST(Dns, GivesTheAddressesOfTheFamilyAsked) {
  const DnsServer server(Manner::answer);
  const auto v4 = ask_dns("db1.example", AF_INET, server.options());
  ASSERT_EQ(v4.error, 0);
  ASSERT_EQ(v4.addresses.size(), 1u);
  EXPECT_EQ(v4.addresses[0].v4.s_addr, htonl(0x0a000007));

  const auto v6 = ask_dns("db1.example", AF_INET6, server.options());
  ASSERT_EQ(v6.error, 0);
  ASSERT_EQ(v6.addresses.size(), 1u);
  EXPECT_EQ(v6.addresses[0].family, AF_INET6);
  EXPECT_EQ(v6.addresses[0].v6.s6_addr[15], 7);

  EXPECT_EQ(ask_dns("db1.example", AF_UNSPEC, server.options()).addresses.size(), 2u);
}

TEST(Dns, SaysWhyThereIsNoAnswer) {
  const struct {
    const char* name;
    Manner manner;
    int error;
  } cases[] = {
      {"no such name", Manner::deny, EAI_NONAME},
      {"the server fails", Manner::fail, EAI_AGAIN},
      {"the server is silent", Manner::silence, EAI_AGAIN},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const DnsServer server(c.manner);
    const auto answer = ask_dns("db1.example.", AF_INET, server.options());
    EXPECT_EQ(answer.error, c.error);
    EXPECT_TRUE(answer.addresses.empty());
  }
}

TEST(Dns, NeverAsksForANameThatCannotBe) {
  const DnsServer server(Manner::answer);
  EXPECT_EQ(ask_dns(std::string(70, 'a') + ".example", AF_INET, server.options()).error,
            EAI_NONAME);
}

}  // namespace
}  // namespace mega
