// Peers that mean harm or know no better, against the real binary: the connection is closed, one
// line is logged, and everybody else is served.
#include "tests/support/peer.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"
#include "wire/frame.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>
#include <vector>

namespace mega {
namespace {

using namespace std::string_literals;

bool serves(const ServerProcess& server) {
  const Finished whoami = server.mega({"call", "whoami", "-o", "json"});
  return whoami.code == 0 && whoami.output.find("admin") != std::string::npos;
}

TEST(Abuse, GarbageEndsItsOwnConnectionOnly) {
  const Scratch scratch;
  ServerProcess server(scratch / "data", {"--limits-frame-time", "2s", "--limits-frame", "1MiB"});
  const struct {
    const char* name;
    bool unix_socket;
    std::string bytes;
  } cases[] = {
      {"HTTP at the legacy door", false, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"},
      {"a TLS hello", false, "\x16\x03\x01\x02\x00\x01"s},
      {"NUL bytes", false, std::string(64, '\0')},
      {"a header that is no number", false, "00000x0012{}EOF"},
      {"a header of nines, then nothing", false, "9999999999"},
      {"no literal", false, "0000000018__import__EOF"},
      {"HTTP at the unix socket", true, "GET / HTTP/1.1\r\n\r\n"},
      {"a length over the limit", true, "9999999999"},
      {"a length under the header's own", true, "0000000009"},
      {"a wrong terminator", true, "0000000012{}EOX"},
      {"half a frame, then nothing", true, "0000000100{\"ID\""},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    Peer peer = c.unix_socket ? Peer::to_unix(server.socket()) : Peer::to_port(server.port());
    peer.send(c.bytes);
    EXPECT_TRUE(peer.closed());
    EXPECT_TRUE(serves(server));
  }
  EXPECT_EQ(server.stop(), 0);
}

TEST(Abuse, MoreBytesThanAFrameMayHaveAreNotTaken) {
  const Scratch scratch;
  ServerProcess server(scratch / "data", {"--limits-frame", "1MiB"});
  for (const bool unix_socket : {false, true}) {
    SCOPED_TRACE(unix_socket ? "unix" : "legacy");
    Peer peer = unix_socket ? Peer::to_unix(server.socket()) : Peer::to_port(server.port());
    peer.send("0001000000{'" + std::string(3 << 20, 'x'));
    EXPECT_TRUE(peer.closed());
    EXPECT_TRUE(serves(server));
  }
  EXPECT_EQ(server.stop(), 0);
}

TEST(Abuse, RandomBytesNeverEndTheServer) {
  const Scratch scratch;
  ServerProcess server(scratch / "data", {"--limits-frame-time", "1s"});
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 200; ++i) {
    Peer peer = i % 2 ? Peer::to_unix(server.socket()) : Peer::to_port(server.port());
    std::string bytes = i % 3 ? "0000000030{'" : "";
    for (int n = static_cast<int>(random() % 100); n > 0; --n) bytes += static_cast<char>(random());
    peer.send_in_pieces(bytes, 1 + random() % 20);
    if (i % 5 == 0) peer.reset();
  }
  EXPECT_TRUE(serves(server));
  EXPECT_EQ(server.stop(), 0);
}

TEST(Abuse, HalfOpenAndSlowPeersHoldNobodyUp) {
  const Scratch scratch;
  ServerProcess server(scratch / "data", {"--limits-frame-time", "60s"});
  std::vector<Peer> held;
  for (int i = 0; i < 300; ++i) {
    held.push_back(i % 2 ? Peer::to_unix(server.socket()) : Peer::to_port(server.port()));
    held.back().send("00000");
  }
  EXPECT_TRUE(serves(server));
  Peer legacy = Peer::to_port(server.port());
  legacy.send(
      "0000000113{'HEAD': 'MEGA', 'TARGET': 0, 'ARGS': 0, 'VALUE': 'get_all_instance', 'TIME': 0, "
      "'TYPE': 0, "
      "'CYCLE': 0}EOF");
  EXPECT_EQ(legacy.read_to_end(), "0000000017([], 0)EOF");
  EXPECT_EQ(server.stop(), 0);
}

TEST(Abuse, ManyClientsAtOnceAreAllAnswered) {
  const Scratch scratch;
  ServerProcess server(scratch / "data");
  constexpr int clients = 50, calls = 40;
  std::vector<int> answered(clients);
  std::vector<std::thread> threads;
  for (int i = 0; i < clients; ++i) {
    threads.emplace_back([&, i] {
      Peer peer = Peer::to_unix(server.socket());
      for (int n = 1; n <= calls; ++n) {
        const std::string id = std::to_string(n);
        peer.send(encode_frame("{\"ID\":" + id + ",\"HEAD\":\"MEGA\",\"VALUE\":\"main\"}"));
        const std::string answer = peer.read_frame();
        answered[static_cast<std::size_t>(i)] +=
            answer == "{\"ID\":" + id + ",\"CODE\":0,\"RESULT\":null}";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, std::vector<int>(clients, calls));
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace mega
