#include "net/listen.h"

#include "net/socket_address.h"
#include "tests/support/peer.h"
#include "tests/support/scratch.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace mega {
namespace {

TEST(ListenAddress, IsReadFromText) {
  const struct {
    const char* text;
    const char* written;
    bool loopback;
  } cases[] = {
      {"127.0.0.1:0", "127.0.0.1:0", true},
      {"127.0.0.1", "127.0.0.1:1104", true},
      {"127.9.9.9:80", "127.9.9.9:80", true},
      {"localhost", "127.0.0.1:1104", true},
      {"localhost:99", "127.0.0.1:99", true},
      {"::1", "[::1]:1104", true},
      {"[::1]:5", "[::1]:5", true},
      {"0.0.0.0:1104", "0.0.0.0:1104", false},
      {"::", "[::]:1104", false},
      {"10.0.0.1:65535", "10.0.0.1:65535", false},
      {"[2001:db8::1]", "[2001:db8::1]:1104", false},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    const auto address = parse_listen_address(c.text, 1104);
    ASSERT_TRUE(address) << address.error().message;
    EXPECT_EQ(to_text(*address), c.written);
    EXPECT_EQ(address->loopback, c.loopback);
  }
}

TEST(ListenAddress, RefusesWhatIsNoAddress) {
  for (const char* text : {"", ":1104", "db1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                           "127.0.0.1:x", "[::1", "[::1]5", "1104"}) {
    SCOPED_TRACE(text);
    const auto address = parse_listen_address(text, 1104);
    ASSERT_FALSE(address);
    EXPECT_EQ(address.error().code, Errc::invalid_argument);
  }
}

TEST(Listener, SaysThatThePortIsTaken) {
  asio::io_context io{one_io_thread};
  const ListenAddress any{.address = "127.0.0.1", .port = 0, .loopback = true};
  const auto first = Listener::tcp(io, any);
  ASSERT_TRUE(first) << first.error().message;
  const auto same = parse_listen_address((*first)->name(), 1104);
  ASSERT_TRUE(same);
  EXPECT_NE(same->port, 0);
  const auto second = Listener::tcp(io, *same);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::unavailable);
  EXPECT_NE(second.error().message.find((*first)->name()), std::string::npos);
}

TEST(Listener, MakesASocketFileForItsOwnUserOnlyAndRemovesIt) {
  asio::io_context io{one_io_thread};
  const Scratch scratch;
  const std::string path = scratch / "s";
  {
    const auto listener = Listener::unix_socket(io, path);
    ASSERT_TRUE(listener) << listener.error().message;
    struct stat facts {};
    ASSERT_EQ(::stat(path.c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777, 0600u);
  }
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

TEST(Listener, ReplacesASocketFileThatNobodyListensOn) {
  asio::io_context io{one_io_thread};
  const Scratch scratch;
  const std::string path = scratch / "s";
  const auto address = SocketAddress::unix_path(path);
  const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(dead, address->data(), address->size()), 0);
  ::close(dead);
  const auto listener = Listener::unix_socket(io, path);
  ASSERT_TRUE(listener) << listener.error().message;
  EXPECT_TRUE(Peer::to_unix(path).connected());
}

TEST(Listener, LeavesASocketFileThatSomebodyAnswersOn) {
  asio::io_context io{one_io_thread};
  const Scratch scratch;
  const std::string path = scratch / "s";
  const auto first = Listener::unix_socket(io, path);
  ASSERT_TRUE(first);
  const auto second = Listener::unix_socket(io, path);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::unavailable);
  EXPECT_TRUE(Peer::to_unix(path).connected());
}

TEST(Listener, LeavesAFileThatIsNoSocket) {
  asio::io_context io{one_io_thread};
  const Scratch scratch;
  const std::string path = scratch / "s";
  std::ofstream(path) << "somebody's data";
  const auto listener = Listener::unix_socket(io, path);
  ASSERT_FALSE(listener);
  EXPECT_NE(listener.error().message.find(path), std::string::npos);
  EXPECT_EQ(::access(path.c_str(), F_OK), 0);
}

TEST(Listener, RefusesAPathThatIsTooLongForASocket) {
  asio::io_context io{one_io_thread};
  const auto listener = Listener::unix_socket(io, "/tmp/" + std::string(200, 'x'));
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace mega
