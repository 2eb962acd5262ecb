// A task on a host whose cable is cut while its script prints: the outcome arrives once it is
// healed, over the connection that was or over another one.
#include "tests/support/cable.h"
#include "tests/support/daemon_process.h"
#include "tests/support/in_process_service.h"
#include "tests/support/scratch.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <optional>

namespace mega {
namespace {

using testing::HasSubstr;

class CutCable : public testing::Test {
 protected:
  void SetUp() override {
    if (!cable_.why_not().empty()) GTEST_SKIP() << "no cable can be had: " << cable_.why_not();
    server_.emplace(
        scratch_ / "data",
        std::vector<std::string>{"--keepalive-probe", "300ms", "--tasks-patience", "60s"},
        Cable::near_address() + ":0");
    host_.emplace(scratch_ / "host", cable_.far_end());
    host_->join(*server_, "db1");
    std::filesystem::create_directory(scratch_ / "scripts");
    ::chmod(scratch_.write("scripts/slow.sh", script()).c_str(), 0755);
    daemon_.emplace(*host_, std::vector<std::string>{"--script-dir", scratch_ / "scripts",
                                                     "--keepalive-probe", "300ms"});
    ASSERT_TRUE(eventually([&] { return is_connected(); }));
  }

  std::string script() const {
    return "cd " + scratch_.path() +
           "\necho run >>runs\nuntil [ -e go ]; do echo line; : >printing; sleep 0.02; done\n"
           "echo end\n";
  }
  void begin() {
    EXPECT_EQ(server_->mega({"run", "--detach", "--on", "db1", "slow.sh"}).output, "1\n");
    EXPECT_TRUE(eventually([&] { return std::filesystem::exists(scratch_ / "printing"); }));
  }
  void let_it_end() const {
    scratch_.write("go", "");
    EXPECT_TRUE(eventually([&] {
      return scratch_.read("host/agent/tasks.journal").find(R"("event":"ended")") !=
             std::string::npos;
    }));
  }
  bool is_connected() const { return host_->told("server") == server_->address(); }
  bool is_missed() const {
    const Finished asked = server_->mega({"call", "get_all_client", "-o", "csv"});
    return asked.output.find("\ndb1,198.18.0.2,0,") != std::string::npos;
  }
  void expect_the_end() const {
    const Finished end = server_->mega({"task", "show", "1", "--follow"});
    EXPECT_EQ(end.code, 0) << end.errors << end.output;
    EXPECT_THAT(end.output, HasSubstr("line\nend\n"));
    EXPECT_EQ(scratch_.read("runs"), "run\n");
  }

  Cable cable_;
  const Scratch scratch_;
  std::optional<ServerProcess> server_;
  std::optional<TestHost> host_;
  std::optional<DaemonProcess> daemon_;
};

TEST_F(CutCable, ForAMomentCostsNothing) {
  begin();
  cable_.cut();
  let_it_end();
  cable_.heal();
  expect_the_end();
}

TEST_F(CutCable, ForLongEndsTheConnectionAndNotTheTask) {
  begin();
  cable_.cut();
  EXPECT_TRUE(eventually([&] { return !is_connected(); }));
  EXPECT_TRUE(eventually([&] { return is_missed(); }));
  let_it_end();
  cable_.heal();
  expect_the_end();
  EXPECT_TRUE(eventually([&] { return is_connected(); }));
}

}  // namespace
}  // namespace mega
