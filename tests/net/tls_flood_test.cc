// A TLS peer that asks for nothing and makes the server compute: the server lets go of it, and
// others are served meanwhile.
#include "net/client.h"
#include "net/tls.h"
#include "tests/support/in_process_service.h"
#include "tests/support/site.h"
#include "trust/pem.h"
#include "wire/envelope.h"
#include "wire/frame.h"
#include "wire/reply.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <csignal>
#include <memory>

namespace mega {
namespace {

std::optional<std::string> say_yes(const Caller&, std::string_view payload) {
  return our_reply(parse_envelope(payload)->id, Value("yes"));
}

class TlsFlood : public testing::Test {
 protected:
  TlsFlood() : service(say_yes, {}) {
    ::signal(SIGPIPE, SIG_IGN);
    service.on_io_thread([&] {
      service.service().open_tls({.context = TlsContext::server(site.server()).value(),
                                  .clock = system_clock(),
                                  .admit = [](const Identity&) { return Result<void>(); }});
    });
    SSL_set_fd(ssl.get(), connected());
    SSL_set_connect_state(ssl.get());
  }
  ~TlsFlood() override { ::close(fd); }

  int connected() {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(service.port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    return fd;
  }
  // Comes as a reader, who may ask as often as he likes.
  void show_certificate() {
    const Credentials reader = site.holder("graphs", "reader");
    SSL_use_certificate(ssl.get(), parse_certificate(reader.certificate).value().get());
    SSL_use_PrivateKey(ssl.get(), parse_key(reader.key).value().get());
  }
  bool new_keys() {
    return SSL_key_update(ssl.get(), SSL_KEY_UPDATE_NOT_REQUESTED) == 1 &&
           SSL_do_handshake(ssl.get()) == 1;
  }
  // One call in a frame, and whether its answer came.
  bool asks() {
    const std::string frame = encode_frame(R"({"ID":1,"HEAD":"MEGA","VALUE":"main"})");
    char answer[256];
    return SSL_write(ssl.get(), frame.data(), static_cast<int>(frame.size())) > 0 &&
           SSL_read(ssl.get(), answer, sizeof answer) > 0;
  }
  bool others_are_served() {
    const auto asker = Asker::open({Endpoint::Kind::tcp, "127.0.0.1", service.port()}, {},
                                   site.holder("db1", "reader"));
    return asker && (*asker)->ask({.function = "main"}).has_value();
  }

  TestSite site;
  InProcessService service;
  int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_client_method()),
                                                            SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl{SSL_new(context.get()), SSL_free};
};

TEST_F(TlsFlood, OfNewKeysEndsTheConnection) {
  ASSERT_EQ(SSL_do_handshake(ssl.get()), 1);
  constexpr int far_more_than_allowed = 1'000'000;
  int sent = 0;
  while (sent < far_more_than_allowed && new_keys()) {
    if (++sent % 1000 != 0) continue;
    EXPECT_TRUE(others_are_served());
  }
  EXPECT_LT(sent, far_more_than_allowed) << "the server has closed";
  EXPECT_TRUE(others_are_served());
}

TEST_F(TlsFlood, IsNoneWhenNewKeysComeBetweenRequests) {
  show_certificate();
  ASSERT_EQ(SSL_do_handshake(ssl.get()), 1);
  for (int i = 0; i < 400; ++i) {
    for (int n = 0; n < 10; ++n) ASSERT_TRUE(new_keys()) << i;
    ASSERT_TRUE(asks()) << i;
  }
}

}  // namespace
}  // namespace mega
