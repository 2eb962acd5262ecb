#include "net/client.h"

#include "net/listen.h"
#include "net/socket_address.h"
#include "tests/support/gate.h"
#include "tests/support/in_process_service.h"
#include "tests/support/peer.h"
#include "wire/frame.h"
#include "wire/legacy_frame.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <thread>

namespace mega {
namespace {

using std::chrono::milliseconds;

// A server that accepts so many connections, one after the other, and does with each what its
// script says.
class ScriptedServer {
 public:
  using Script = std::function<void(Peer)>;

  ScriptedServer(const SocketAddress& address, Script script, int connections = 1) {
    listener_ = ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(::bind(listener_, address.data(), address.size()), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    thread_ = std::thread([this, script = std::move(script), connections] {
      for (int i = 0; i < connections; ++i) {
        const int fd = ::accept(listener_, nullptr, nullptr);
        if (fd < 0) return;
        script(Peer(fd));
      }
    });
  }
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::uint16_t port() const { return SocketAddress::of(listener_)->port(); }

 private:
  int listener_ = -1;
  std::thread thread_;
};

const Envelope request{.function = "get_server", .args = "ip='10.0.0.1'"};

// What a server of our own dialect that sends `stream` makes of one request.
Result<Value> ask_own(const std::string& stream, const AskLimits& limits = {}) {
  const Scratch scratch;
  ScriptedServer server(*SocketAddress::unix_path(scratch / "s"), [&](Peer peer) {
    peer.read_frame();
    peer.send(stream);
    peer.end_sending();
  });
  const auto asker = Asker::open({Endpoint::Kind::unix_socket, scratch / "s"}, limits);
  if (!asker) return fail(asker.error());
  return (*asker)->ask(request);
}

TEST(Asker, AnswersWhoAsksWhetherItIsThere) {
  const Scratch scratch;
  std::string pong;
  std::optional<ScriptedServer> server(std::in_place, *SocketAddress::unix_path(scratch / "s"),
                                       [&](Peer peer) {
                                         peer.read_frame();
                                         peer.send(encode_frame(R"({"ID":77,"VALUE":"ping"})"));
                                         pong = peer.read_frame();
                                         peer.send(encode_frame(our_reply(1, Value(5))));
                                       });
  const auto asker = Asker::open({Endpoint::Kind::unix_socket, scratch / "s"}, {});
  ASSERT_TRUE(asker.has_value());
  EXPECT_EQ((*asker)->ask(request), Value(5));
  server.reset();
  EXPECT_EQ(pong, our_reply(77, Value()));
}

TEST(Asker, ReadsAnswersOfOurDialect) {
  const auto frame = [](std::string_view payload) { return encode_frame(payload); };
  const struct {
    const char* name;
    std::string stream;
    Value value;
  } cases[] = {
      {"a plain answer", frame(R"({"ID":1,"CODE":0,"RESULT":5})"), 5},
      {"its keys in another order", frame(R"({"RESULT":5,"CODE":0,"ID":1})"), 5},
      {"two parts",
       frame(R"({"ID":1,"MORE":true,"RESULT":[1,2]})") + frame(R"({"ID":1,"CODE":0,"RESULT":[3]})"),
       List{1, 2, 3}},
      {"empty parts",
       frame(R"({"ID":1,"MORE":true,"RESULT":[]})") +
           frame(R"({"ID":1,"MORE":true,"RESULT":[1]})") +
           frame(R"({"ID":1,"CODE":0,"RESULT":[]})"),
       List{1}},
      {"parts in another form",
       frame(R"({"RESULT":[1], "MORE":true, "ID":1})") +
           frame(R"({"RESULT":[2], "MORE":true, "ID":1})") +
           frame(R"({"ID":1,"CODE":0,"RESULT":[3]})"),
       List{1, 2, 3}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = ask_own(c.stream);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(*answer, c.value);
  }
}

TEST(Asker, SaysWhatWasWrongWithAnAnswerOfOurDialect) {
  const auto frame = [](std::string_view payload) { return encode_frame(payload); };
  const std::string plain = frame(R"({"ID":1,"CODE":0,"RESULT":5})");
  const struct {
    const char* name;
    std::string stream;
    Errc code;
  } cases[] = {
      {"the server closes", "", Errc::unavailable},
      {"a part of a header", plain.substr(0, 5), Errc::unavailable},
      {"all but the last byte", plain.substr(0, plain.size() - 1), Errc::unavailable},
      {"no frame", "HTTP/1.0 400 Bad Request", Errc::corrupt},
      {"no JSON", frame("{\"ID\": oops}"), Errc::corrupt},
      {"no answer", frame(R"({"hello":1})"), Errc::corrupt},
      {"the answer of another request", frame(R"({"ID":9,"CODE":0,"RESULT":5})"), Errc::corrupt},
      {"a failure", frame(R"({"ID":1,"CODE":7,"KIND":"not_found","ERROR":"no server 10.0.0.1"})"),
       Errc::not_found},
      {"a refusal without the ID",
       frame(R"({"ID":0,"CODE":2,"KIND":"bad_envelope","ERROR":"what is that"})"),
       Errc::bad_envelope},
      {"parts that are no lists",
       frame(R"({"ID":1,"MORE":true,"RESULT":1})") + frame(R"({"ID":1,"CODE":0,"RESULT":2})"),
       Errc::corrupt},
      {"a part without an end", frame(R"({"ID":1,"MORE":true,"RESULT":[1]})"), Errc::unavailable},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto answer = ask_own(c.stream);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, c.code) << answer.error().message;
  }
}

TEST(Asker, KeepsTheConnectionOfOurDialect) {
  InProcessService server([](const Caller&, std::string_view payload) {
    const auto envelope = parse_envelope(payload);
    return std::optional(our_reply(envelope->id, Value(envelope->id)));
  });
  const auto asker = Asker::open({Endpoint::Kind::unix_socket, server.socket()}, {});
  ASSERT_TRUE(asker);
  EXPECT_EQ((*asker)->dialect(), Dialect::ours);
  for (int i = 1; i <= 3; ++i) EXPECT_EQ((*asker)->ask(request).value(), Value(i));
  EXPECT_EQ(server.service().traffic().connections, 1);
}

TEST(Asker, OpensAConnectionForEachLegacyRequest) {
  std::vector<std::string> payloads;
  ScriptedServer server(
      *SocketAddress::ip("127.0.0.1", 0),
      [&](Peer peer) {
        payloads.push_back(peer.read_frame());
        peer.send(encode_legacy_frame("([{'ip': '10.0.0.1'}], 0)"));
      },
      2);
  const auto asker = Asker::open({Endpoint::Kind::legacy, "127.0.0.1", server.port()}, {});
  ASSERT_TRUE(asker) << asker.error().message;
  EXPECT_EQ((*asker)->dialect(), Dialect::legacy);
  const Value row = List{Map{{"ip", "10.0.0.1"}}};
  EXPECT_EQ((*asker)->ask(request).value(), row);
  EXPECT_EQ((*asker)->ask(request).value(), row);
  EXPECT_EQ(payloads, (std::vector(2, write_envelope(request, Dialect::legacy))));
}

TEST(Asker, EndsSendingBehindALargeLegacyRequest) {
  // A peer of 2014 reads on until then, because the header says twice the length.
  std::string received;
  const Envelope large{.function = "f", .args = "'" + std::string(1 << 20, 'x') + "'"};
  {
    ScriptedServer server(*SocketAddress::ip("127.0.0.1", 0), [&](Peer peer) {
      received = peer.read_to_end();
      peer.send(encode_legacy_frame("1"));
    });
    const auto asker = Asker::open({Endpoint::Kind::legacy, "127.0.0.1", server.port()}, {});
    ASSERT_TRUE(asker);
    EXPECT_EQ((*asker)->exchange(large).value(), "1");
  }
  EXPECT_TRUE(received == encode_legacy_frame(write_envelope(large, Dialect::legacy)));
}

TEST(Asker, SaysThatALegacyServerClosedWithoutAnAnswer) {
  ScriptedServer server(*SocketAddress::ip("127.0.0.1", 0), [](Peer peer) { peer.read_frame(); });
  const auto asker = Asker::open({Endpoint::Kind::legacy, "127.0.0.1", server.port()}, {});
  ASSERT_TRUE(asker);
  const auto answer = (*asker)->ask(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::failed);
}

TEST(Asker, GivesUpOnAServerThatDoesNotAnswer) {
  Gate gate;
  InProcessService server([&](const Caller&, std::string_view) {
    gate.pass();
    return std::optional<std::string>("None");
  });
  const AskLimits limits{.connect = milliseconds(5000), .answer = milliseconds(50)};
  for (const Endpoint& endpoint : {Endpoint{Endpoint::Kind::unix_socket, server.socket()},
                                   Endpoint{Endpoint::Kind::legacy, "127.0.0.1", server.port()}}) {
    SCOPED_TRACE(to_text(endpoint));
    const auto asker = Asker::open(endpoint, limits);
    ASSERT_TRUE(asker);
    const auto answer = (*asker)->ask(request);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::timed_out);
    EXPECT_NE(answer.error().message.find("50 ms"), std::string::npos);
  }
  gate.open();
}

TEST(Asker, NamesWhatItCannotConnectTo) {
  const Scratch scratch;
  const auto dead = SocketAddress::unix_path(scratch / "dead");
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(socket, dead->data(), dead->size()), 0);
  ::close(socket);
  // A port that was free a moment ago.
  std::uint16_t port = 0;
  {
    asio::io_context io;
    auto listener = Listener::tcp(io, {.address = "127.0.0.1", .port = 0, .loopback = true});
    port = parse_listen_address((*listener)->name(), 0)->port;
  }
  const struct {
    const char* name;
    Endpoint endpoint;
    std::string named;
  } cases[] = {
      {"no socket", {Endpoint::Kind::unix_socket, scratch / "none"}, scratch / "none"},
      {"a socket that is dead", {Endpoint::Kind::unix_socket, scratch / "dead"}, scratch / "dead"},
      {"a closed port", {Endpoint::Kind::legacy, "127.0.0.1", port}, fmt::format(":{}", port)},
      {"a path too long", {Endpoint::Kind::unix_socket, std::string(200, 'x')}, "xxx"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto asker = Asker::open(c.endpoint, {});
    ASSERT_FALSE(asker);
    EXPECT_EQ(asker.error().code, Errc::unavailable);
    EXPECT_NE(asker.error().message.find(c.named), std::string::npos) << asker.error().message;
  }
}

TEST(Asker, NeedsCredentialsForTls) {
  const auto asker = Asker::open({Endpoint::Kind::tcp, "127.0.0.1", 1}, {});
  ASSERT_FALSE(asker);
  EXPECT_EQ(asker.error().code, Errc::not_allowed);
  EXPECT_NE(asker.error().message.find("mega join TOKEN"), std::string::npos);
}

TEST(Asker, CarriesTwentyMegabytesBothWays) {
  InProcessService server([](const Caller&, std::string_view payload) {
    const auto envelope = parse_envelope(payload);
    const std::string text = *envelope->args.as<std::string>();
    if (envelope->id == 0) return legacy_reply(Value(text), Shape::value);
    return std::optional(our_reply(envelope->id, Value(text)));
  });
  const Envelope large{.function = "f", .args = std::string(20 << 20, 'x')};
  for (const Endpoint& endpoint : {Endpoint{Endpoint::Kind::unix_socket, server.socket()},
                                   Endpoint{Endpoint::Kind::legacy, "localhost", server.port()}}) {
    SCOPED_TRACE(to_text(endpoint));
    const auto asker = Asker::open(endpoint, {});
    ASSERT_TRUE(asker);
    const auto answer = (*asker)->ask(large);
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_TRUE(*answer == large.args);
  }
}

}  // namespace
}  // namespace mega
