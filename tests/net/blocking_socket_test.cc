#include "net/blocking_socket.h"

#include "net/socket_address.h"
#include "tests/support/site.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include <thread>

namespace mega {
namespace {

BlockingSocket::Moment in_a_minute() {
  return std::chrono::steady_clock::now() + std::chrono::minutes(1);
}

// Accepts one connection, shakes hands over TLS, sends `words` and closes without reading more.
class RudeServer {
 public:
  RudeServer(const TlsContext& context, std::string words)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto any = *SocketAddress::ip("127.0.0.1", 0);
    EXPECT_EQ(::bind(fd_, any.data(), any.size()), 0);
    EXPECT_EQ(::listen(fd_, 1), 0);
    thread_ = std::thread([this, context, said = std::move(words)] { serve(context, said); });
  }
  ~RudeServer() {
    thread_.join();
    ::close(fd_);
  }
  std::uint16_t port() const { return SocketAddress::of(fd_)->port(); }

 private:
  void serve(const TlsContext& context, const std::string& words) const {
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    {
      auto session = TlsSession::begin(context, fd).value();
      for (auto step = session.handshake(); step && *step != TlsSession::Step::done;
           step = session.handshake()) {
        pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
        ::poll(&readable, 1, 60'000);
      }
      EXPECT_EQ(session.write(words), words.size());
    }
    ::close(fd);
  }

  const int fd_;
  std::thread thread_;
};

TEST(BlockingSocket, KeepsWhatThePeerSaidBeforeItClosed) {
  const TestSite site;
  const RudeServer server(TlsContext::server(site.server()).value(), "554 5.7.1 never\r\n");
  auto socket = BlockingSocket::connect_tcp("127.0.0.1", server.port(), in_a_minute()).value();
  const auto context = TlsContext::client(site.holder("ada", "reader"), system_clock()).value();
  ASSERT_TRUE(socket.secure(context, in_a_minute()).has_value());
  const std::string much(1 << 20, 'x');
  for (int i = 0; i < 1000; ++i) {
    if (!socket.send(much, in_a_minute())) break;
  }
  ASSERT_FALSE(socket.send(much, in_a_minute()).has_value()) << "the peer has closed";
  std::string heard(100, '\0');
  const auto bytes = socket.receive(heard.data(), heard.size(), in_a_minute());
  ASSERT_TRUE(bytes.has_value()) << bytes.error().message;
  EXPECT_EQ(heard.substr(0, *bytes), "554 5.7.1 never\r\n");
}

}  // namespace
}  // namespace mega
