#include "net/serve.h"
#include "tests/support/in_process_service.h"
#include "tests/support/peer.h"
#include "wire/frame.h"
#include "wire/legacy_frame.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace mega {
namespace {

std::string request(int id, std::string_view function) {
  return fmt::format(R"({{"ID":{},"VALUE":"{}"}})", id, function);
}

// A worker says "slow", the io thread "quick" to those who ask for it.
class QuickAnswers : public testing::Test {
 protected:
  QuickAnswers() {
    server.on_io_thread([this] {
      server.service().answer_at_once(
          [](const Caller&, std::string_view payload) -> std::optional<Reply> {
            if (payload.find("throw") != std::string_view::npos) throw std::runtime_error("no");
            if (payload.find("quick") == std::string_view::npos) return std::nullopt;
            return Reply("quick " + std::string(payload));
          });
    });
  }

  InProcessService server{[](const Caller&, std::string_view payload) -> std::optional<Reply> {
                            return Reply("slow " + std::string(payload));
                          },
                          {},
                          1};
};

TEST_F(QuickAnswers, ComeInTheOrderOfTheirRequests) {
  Peer peer = Peer::to_unix(server.socket());
  std::string stream;
  for (int id = 1; id <= 200; ++id) stream += encode_frame(request(id, "quick"));
  ASSERT_TRUE(peer.send(stream));
  for (int id = 1; id <= 200; ++id) {
    ASSERT_EQ(peer.read_frame(), "quick " + request(id, "quick"));
  }
  EXPECT_EQ(server.service().traffic().requests, 200);
}

TEST_F(QuickAnswers, LeaveTheOthersToWorkers) {
  Peer peer = Peer::to_unix(server.socket());
  for (const char* function : {"other", "throw"}) {
    ASSERT_TRUE(peer.send(encode_frame(request(1, function))));
    EXPECT_EQ(peer.read_frame(), "slow " + request(1, function));
  }
}

TEST_F(QuickAnswers, EndALegacyConnection) {
  const std::string quick = "{'HEAD': 'MEGA', 'VALUE': 'quick'}";
  Peer peer = Peer::to_port(server.port());
  ASSERT_TRUE(peer.send(encode_legacy_frame(quick)));
  EXPECT_EQ(peer.read_to_end(), encode_legacy_frame("quick " + quick));
}

TEST_F(QuickAnswers, ReachAPeerThatHasStoppedSending) {
  Peer peer = Peer::to_unix(server.socket());
  ASSERT_TRUE(peer.send(encode_frame(request(1, "quick")) + encode_frame(request(2, "quick"))));
  peer.end_sending();
  EXPECT_EQ(peer.read_frame(), "quick " + request(1, "quick"));
  EXPECT_EQ(peer.read_frame(), "quick " + request(2, "quick"));
}

}  // namespace
}  // namespace mega
