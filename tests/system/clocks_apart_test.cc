// A host and a server whose clocks differ, as two processes: libfaketime gives one of them another
// clock. A static program has none but the system's, and is not tested here.
#include "tests/support/daemon_process.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <vector>

namespace mega {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr const char* other_clock = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

class ClocksApart : public testing::Test {
 protected:
  void SetUp() override {
    const Finished line = mega_at("@2001-02-03 04:05:06", {"log", "test", "what time is it"});
    if (line.errors.find("2001-02-03") == std::string::npos) {
      GTEST_SKIP() << "this mega takes no other clock: it is static, or libfaketime is missing";
    }
  }

  // On the host, whose clock differs by that much: "-55m", "+3h".
  Finished mega_at(const std::string& clock, std::vector<std::string> words) const {
    words.insert(words.begin(), mega_binary());
    return run_child(words, {{"LD_PRELOAD", other_clock},
                             {"FAKETIME", clock},
                             {"FAKETIME_DONT_FAKE_MONOTONIC", "1"},
                             {"MEGA_DATA", "/nonexistent"},
                             {"MEGA_TLS_DIR", scratch / "tls"},
                             {"HOME", scratch.path()}});
  }

  static std::string token_of(const ServerProcess& server) {
    const std::string printed = server.mega({"server", "token", "--role", "agent"}).output;
    return printed.substr(0, printed.find('\n'));
  }

  Scratch scratch;
};

TEST_F(ClocksApart, ByAnHourAreNoHindranceAndTheJoinNamesIt) {
  for (const char* clock : {"-58m", "+58m"}) {
    SCOPED_TRACE(clock);
    ServerProcess server(scratch / (std::string("data") + clock));
    const Finished joined = mega_at(clock, {"join", token_of(server), "--force", "--name", "db1"});
    EXPECT_EQ(joined.code, 0) << joined.errors;
    EXPECT_THAT(joined.errors, HasSubstr("clock"));
    EXPECT_EQ(mega_at(clock, {"ping"}).code, 0);
    EXPECT_EQ(mega_at("+0", {"ping"}).code, 0) << "and when the clock is right again";
    EXPECT_EQ(server.stop(), 0);
  }
}

TEST_F(ClocksApart, ByHoursAreNamedWithBothTimes) {
  ServerProcess server(scratch / "data");
  const Finished early = mega_at("-5h", {"join", token_of(server), "--name", "db1"});
  EXPECT_EQ(early.code, 6) << early.output;
  EXPECT_THAT(early.errors, AllOf(HasSubstr("counts from"), HasSubstr("the clock here says")));
  const std::string token = token_of(server);
  EXPECT_EQ(mega_at("+0", {"join", token, "--name", "db1"}).code, 0) << "nothing was spent";

  const Finished late = mega_at("+100d", {"ping"});
  EXPECT_EQ(late.code, 6) << late.output;
  EXPECT_THAT(late.errors, AllOf(HasSubstr("ended"), HasSubstr("the clock here says")));
  EXPECT_EQ(mega_at("+0", {"ping"}).code, 0);
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(ClocksApart, RenewACertificateWhenTheHostsClockSaysSo) {
  ServerProcess server(scratch / "data");
  ASSERT_EQ(mega_at("+0", {"join", token_of(server), "--name", "db1"}).code, 0);
  const std::string before = scratch.read("tls/certificate.pem");
  // A certificate of 90 days is due after 60.
  ASSERT_EQ(mega_at("+55d", {"ping"}).code, 0);
  EXPECT_EQ(scratch.read("tls/certificate.pem"), before);
  EXPECT_EQ(mega_at("+62d", {"ping"}).code, 0);
  EXPECT_NE(scratch.read("tls/certificate.pem"), before);
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(ClocksApart, RenewTheCertificateOfADaemonOverItsConnection) {
  ServerProcess server(scratch / "data");
  const TestHost host(scratch / "host");
  host.join(server, "db1");
  const std::string before = scratch.read("host/tls/certificate.pem");
  const std::map<std::string, std::string> late{
      {"LD_PRELOAD", other_clock}, {"FAKETIME", "+62d"}, {"FAKETIME_DONT_FAKE_MONOTONIC", "1"}};
  {
    DaemonProcess daemon(host, {}, late);
    EXPECT_TRUE(daemon.says("certificate renewed, until ")) << daemon.child().errors();
    EXPECT_NE(scratch.read("host/tls/certificate.pem"), before);
    EXPECT_TRUE(host.connects_to(server.port()));
    EXPECT_EQ(daemon.stop(), 0);
  }
  DaemonProcess again(host);
  EXPECT_TRUE(host.connects_to(server.port())) << again.child().errors();
  EXPECT_EQ(again.stop(), 0);
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace mega
