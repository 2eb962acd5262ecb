// Addresses that do not answer are listening sockets on loopback whose queue is full: the kernel
// drops what would connect to them.
#include "net/connect.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <vector>

namespace mega {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

auto in(std::chrono::steady_clock::duration time) {
  return std::chrono::steady_clock::now() + time;
}

// A port of loopback that listens.
class Port {
 public:
  explicit Port(int queue = 8) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto any = *SocketAddress::ip("127.0.0.1", 0);
    EXPECT_EQ(::bind(fd_, any.data(), any.size()), 0);
    EXPECT_EQ(::listen(fd_, queue), 0);
  }
  ~Port() { close(); }
  Port(const Port&) = delete;

  SocketAddress address() const { return *SocketAddress::of(fd_); }
  int accept() { return ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC); }
  void close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
  }

 private:
  int fd_;
};

// A port whose queue is full.
class SilentPort : public Port {
 public:
  SilentPort() : Port(0) {
    int error = 0;
    while (error != ETIMEDOUT) {
      const int fd = connect_to_any(std::vector{address()}, in(milliseconds(50)), -1, &error);
      if (fd >= 0) fill_.push_back(fd);
    }
  }
  ~SilentPort() {
    for (const int fd : fill_) ::close(fd);
  }
  // Takes what fills the queue, so that the port answers.
  void wake() {
    for (std::size_t i = 0; i < fill_.size(); ++i) ::close(accept());
  }

 private:
  std::vector<int> fill_;
};

SocketAddress refusing_address() {
  Port port;
  return port.address();
}

// The port that the socket is connected to; 0: `fd` is not a connected socket.
std::uint16_t peer_port(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getpeername(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  return SocketAddress(storage).port();
}

TEST(ConnectToAny, GoesOnToTheAddressThatAnswers) {
  const SilentPort silent, other;
  const Port good;
  const SocketAddress refusing = refusing_address();
  const struct {
    const char* name;
    std::vector<SocketAddress> addresses;
  } cases[] = {
      {"alone", {good.address()}},
      {"behind one that refuses", {refusing, good.address()}},
      {"behind one that is silent", {silent.address(), good.address()}},
      {"behind several", {silent.address(), refusing, other.address(), refusing, good.address()}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    int error = 0;
    const int fd = connect_to_any(c.addresses, in(hours(1)), -1, &error);
    EXPECT_EQ(peer_port(fd), good.address().port()) << error;
    ::close(fd);
  }
}

TEST(ConnectToAny, GivesEachOfManyAddressesItsTimeHoweverLittleThereIs) {
  const SilentPort silent;
  const Port good;
  std::vector<SocketAddress> many(19, silent.address());
  many.push_back(good.address());
  int error = 0;
  const int fd = connect_to_any(many, in(milliseconds(2000)), -1, &error);
  EXPECT_EQ(peer_port(fd), good.address().port()) << error;
  ::close(fd);
}

TEST(ConnectToAny, ASlowAddressStaysInTheRace) {
  SilentPort slow;
  const std::vector addresses{slow.address(), refusing_address()};
  std::thread waker([&] { slow.wake(); });
  int error = 0;
  const int fd = connect_to_any(addresses, in(hours(1)), -1, &error);
  waker.join();
  EXPECT_EQ(peer_port(fd), slow.address().port()) << error;
  ::close(fd);
}

TEST(ConnectToAny, SaysWhyNoAddressTookIt) {
  const SilentPort silent;
  int error = 0;
  EXPECT_EQ(connect_to_any(std::vector{refusing_address()}, in(hours(1)), -1, &error), -1);
  EXPECT_EQ(error, ECONNREFUSED);
  EXPECT_EQ(connect_to_any(std::vector{refusing_address(), silent.address()}, in(milliseconds(20)),
                           -1, &error),
            -1);
  EXPECT_EQ(error, ETIMEDOUT);
  EXPECT_EQ(connect_to_any(std::vector{silent.address()}, in(-hours(1)), -1, &error), -1);
  EXPECT_EQ(error, ETIMEDOUT);
}

TEST(ConnectToAny, EndsWhenItIsToStop) {
  const SilentPort silent;
  const int stop = ::eventfd(1, EFD_CLOEXEC);
  int error = 0;
  EXPECT_EQ(connect_to_any(std::vector{silent.address()}, in(hours(1)), stop, &error), -1);
  EXPECT_EQ(error, ECANCELED);
  ::close(stop);
}

}  // namespace
}  // namespace mega
