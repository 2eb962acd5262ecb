// The queue of a server whose cable to the relay is cut while a message is on its way: nobody knows
// whether the relay has it, and smtp.doubt decides.
#include "tests/support/cable.h"
#include "tests/support/eventually.h"
#include "tests/support/mail_sink.h"
#include "tests/support/server_process.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <optional>

namespace mega {
namespace {

using testing::HasSubstr;

class MailCable : public testing::Test {
 protected:
  void SetUp() override {
    if (!cable_.why_not().empty()) GTEST_SKIP() << "no cable can be had: " << cable_.why_not();
    sink_.emplace(std::vector<std::string>{"--host", Cable::far_address(), "--hold", hold_}, "",
                  cable_.far_end());
  }

  void start_server(const std::string& doubt) {
    const std::vector<std::string> flags{
        "--smtp-relays",       Cable::far_address() + ":" + std::to_string(sink_->port()),
        "--smtp-tls",          "none",
        "--smtp-doubt",        doubt,
        "--smtp-retry-pause",  "1s",
        "--smtp-connect-time", "1s",
        "--smtp-reply-time",   "1s",
        "--smtp-block-time",   "1s",
        "--smtp-finish-time",  "1s",
        "--log-file-name",     scratch_ / "log"};
    server_.emplace(scratch_ / "data", flags, Cable::near_address() + ":0");
  }
  void send() const {
    EXPECT_EQ(server_->mega({"mail", "--queue", "--to", "a@x.org", "-s", "one", "text"}).code, 0);
  }
  // The cable is cut between the message and what the relay says to it.
  void cut_before_the_answer() {
    scratch_.write("hold", "");
    send();
    ASSERT_TRUE(eventually([&] { return sink_->count() == 1; }));
    cable_.cut();
    std::filesystem::remove(hold_);
  }
  bool lists(const std::string& what) const {
    const Finished listed = server_->mega({"mail", "--list", "--all", "-o", "csv"});
    return listed.output.find(what) != std::string::npos;
  }

  Cable cable_;
  const Scratch scratch_;
  const std::string hold_ = scratch_ / "hold";
  std::optional<MailSink> sink_;
  std::optional<ServerProcess> server_;
};

TEST_F(MailCable, WhatIsInDoubtIsHeldForAPerson) {
  start_server("hold");
  cut_before_the_answer();
  EXPECT_TRUE(eventually([&] { return lists(",doubtful,"); })) << scratch_.read("log");
  EXPECT_THAT(scratch_.read("log"), HasSubstr("in doubt: "));
  EXPECT_THAT(scratch_.read("log"), HasSubstr("held until `mega mail --retry` or --drop"));
  cable_.heal();
  send();
  EXPECT_TRUE(eventually([&] { return lists(",sent,"); })) << scratch_.read("log");
  EXPECT_EQ(sink_->count(), 2U) << "the first one is not sent again";
  EXPECT_EQ(server_->mega({"mail", "--drop", "1"}).code, 0);
}

TEST_F(MailCable, WhatIsInDoubtIsSentAgain) {
  start_server("resend");
  cut_before_the_answer();
  EXPECT_TRUE(
      eventually([&] { return scratch_.read("log").find("in doubt: ") != std::string::npos; }));
  EXPECT_THAT(scratch_.read("log"), HasSubstr("sent again, it may come twice"));
  cable_.heal();
  EXPECT_TRUE(eventually([&] { return lists(",sent,"); })) << scratch_.read("log");
  EXPECT_EQ(sink_->count(), 2U);
}

}  // namespace
}  // namespace mega
