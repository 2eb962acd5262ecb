// Schedules of a server whose clock is set while it runs: libfaketime reads the clock's offset from
// a file. A static program has none but the system's, and is not tested here.
#include "base/clock.h"
#include "tests/support/in_process_service.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"
#include "value/json.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mega {
namespace {

constexpr std::int64_t hour = 3600;
constexpr std::int64_t day = 24 * hour;

class ClockJumps : public testing::Test {
 protected:
  void SetUp() override {
    set_clock(-3660 * day);
    const Finished line =
        run_child({mega_binary(), "log", "test", "what time is it"}, other_clock());
    const std::string now = format_local(system_clock().now());
    if (line.code != 0 || line.errors.find(now.substr(0, 5)) != std::string::npos) {
      GTEST_SKIP() << "this mega takes no other clock: it is static, or libfaketime is missing";
    }
    set_clock(0);
  }

  std::map<std::string, std::string> other_clock() const {
    return {{"LD_PRELOAD", "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"},
            {"FAKETIME_TIMESTAMP_FILE", scratch_ / "clock"},
            {"FAKETIME_NO_CACHE", "1"},
            {"FAKETIME_DONT_FAKE_MONOTONIC", "1"}};
  }
  void set_clock(std::int64_t ahead_s) const {
    // Never half a file.
    scratch_.write("clock.new", fmt::format("{:+}\n", ahead_s));
    std::filesystem::rename(scratch_ / "clock.new", scratch_ / "clock");
  }

  struct Runs {
    std::vector<std::string> due;  // of those that went well
    std::int64_t times = 0;        // due times that all rows stand for
  };
  static Runs runs(const ServerProcess& server, const std::string& schedule) {
    const Finished told = server.mega({"schedule", "runs", schedule, "--count", "0", "-o", "json"});
    const auto rows = parse_json(told.output);
    EXPECT_TRUE(rows) << told.errors;
    Runs found;
    for (const Value& item : rows ? *rows->as<List>() : List()) {
      const Map& row = *item.as<Map>();
      found.times += *row.find(std::string_view("times"))->as<std::int64_t>();
      if (*row.find(std::string_view("state")) != Value("ok")) continue;
      found.due.insert(found.due.begin(), *row.find(std::string_view("due"))->as<std::string>());
    }
    return found;
  }
  static bool runs_are(const ServerProcess& server, const std::string& schedule,
                       std::size_t number) {
    return eventually([&] { return runs(server, schedule).due.size() == number; });
  }

  const Scratch scratch_;
};

TEST_F(ClockJumps, RunEachDueTimeOnce) {
  ServerProcess server(scratch_ / "data", {}, "127.0.0.1:0", other_clock());
  const std::int64_t first = system_clock().now().seconds + hour;
  const std::string at = format_local({first});
  ASSERT_EQ(server.mega({"call", "main", "--time", at, "--cycle", std::to_string(day)}).output,
            "1\n");
  ASSERT_EQ(server
                .mega({"call", "main", "--time", at, "--cycle", std::to_string(day), "--catch-up",
                       "skip"})
                .output,
            "2\n");

  set_clock(2 * hour);
  EXPECT_TRUE(runs_are(server, "1", 1));
  set_clock(0);
  EXPECT_TRUE(eventually([&] {
    return server.child().errors().find("the clock was set back by") != std::string::npos;
  }));
  set_clock(day + 2 * hour);  // past the first once more, and past the second
  EXPECT_TRUE(runs_are(server, "1", 2));
  set_clock(11 * day + 2 * hour);
  EXPECT_TRUE(runs_are(server, "1", 3));
  const Runs all = runs(server, "1");
  EXPECT_EQ(all.due.size(), 3u);
  EXPECT_EQ(all.times, 12);
  const Runs skipped = runs(server, "2");
  EXPECT_TRUE(skipped.due.empty()) << "all were missed by more than a moment";
  EXPECT_EQ(skipped.times, 12);
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace mega
