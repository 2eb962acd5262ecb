// Schedules through the real binary: made, run and seen; kill -9 of the server around a due time.
#include "tests/support/eventually.h"
#include "tests/support/peer.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"
#include "value/json.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <set>
#include <thread>

namespace mega {
namespace {

using testing::HasSubstr;

std::string in_seconds(std::int64_t seconds) {
  return format_local({system_clock().now().seconds + seconds});
}

std::string printed(const ServerProcess& server, const std::vector<std::string>& words) {
  const Finished finished = server.mega(words);
  EXPECT_EQ(finished.code, 0) << finished.errors;
  return finished.output;
}

// The cell of the first row of an answer in JSON.
std::string cell_of(const std::string& json, std::string_view column) {
  const auto value = parse_json(json);
  const auto* rows = value ? value->as<List>() : nullptr;
  const Map* row = rows && !rows->empty() ? rows->front().as<Map>() : nullptr;
  const Value* cell = row ? row->find(column) : nullptr;
  const auto* text = cell ? cell->as<std::string>() : nullptr;
  return text ? *text : "(none)";
}

std::string last_state(const ServerProcess& server) {
  return cell_of(printed(server, {"schedule", "list", "--all", "-o", "json"}), "last_state");
}

TEST(ScheduledCommand, IsMadeRunSeenAndRemoved) {
  const Scratch scratch;
  ServerProcess server(scratch / "data");
  EXPECT_EQ(printed(server, {"call", "add_server", "ip=10.0.0.1", "--time", in_seconds(1)}), "1\n");
  EXPECT_TRUE(eventually([&] { return last_state(server) == "ok"; }));
  EXPECT_THAT(printed(server, {"call", "get_all_server", "-o", "csv"}), HasSubstr("10.0.0.1"));
  // Who did it, and that it was a schedule.
  EXPECT_THAT(printed(server, {"server", "audit", "--function", "add_server", "-o", "csv"}),
              HasSubstr("schedule=1"));

  EXPECT_EQ(printed(server, {"call", "del_server", "ip=10.9.9.9", "--time", in_seconds(1),
                             "--cycle", "day"}),
            "2\n");
  const auto failed = [&] {
    return printed(server, {"schedule", "list"}).find("failed: ") != std::string::npos;
  };
  EXPECT_TRUE(eventually(failed));
  const std::string list = printed(server, {"schedule", "list"});
  EXPECT_THAT(list, HasSubstr("every day at "));
  EXPECT_THAT(list, HasSubstr("10.9.9.9"));
  EXPECT_EQ(list.find("add_server"), std::string::npos) << "it is done";
  EXPECT_THAT(printed(server, {"schedule", "runs", "2"}), HasSubstr("failed: "));
  EXPECT_THAT(printed(server, {"schedule", "show", "2"}), HasSubstr("catch_up     once"));

  printed(server,
          {"schedule", "change", "2", "--time", "02:30", "--cycle", "month:last", "--zone", "UTC"});
  EXPECT_THAT(printed(server, {"schedule", "list"}),
              HasSubstr("day last of the month at 02:30 UTC"));
  printed(server, {"schedule", "pause", "2"});
  EXPECT_THAT(printed(server, {"schedule", "list", "--all"}), HasSubstr("paused"));
  EXPECT_EQ(printed(server, {"schedule", "next", "2"}), "");
  printed(server, {"schedule", "resume", "2"});
  const std::string next = printed(server, {"schedule", "next", "2", "--count", "3"});
  EXPECT_EQ(std::ranges::count(next, '\n'), 3);
  printed(server, {"schedule", "remove", "2"});
  const Finished gone = server.mega({"schedule", "show", "2"});
  EXPECT_EQ(gone.code, 7);
  EXPECT_EQ(gone.output, "");
  EXPECT_THAT(gone.errors, HasSubstr("there is no schedule 2"));
  EXPECT_EQ(server.stop(), 0);
}

TEST(ScheduledCommand, MistakesAreNamedAndNothingIsKept) {
  const Scratch scratch;
  ServerProcess server(scratch / "data");
  const struct {
    std::vector<std::string> words;
    int code;
    const char* said;
  } rows[] = {
      {{"call", "get_all_server", "--time", "2:30"}, 2, "TIME takes HH:MM"},
      {{"call", "get_all_server", "--time", "02:30", "--cycle", "dai"}, 2, "did you mean 'day'"},
      {{"call", "get_all_server", "--time", "2014-07-31 02:30"}, 2, "has passed"},
      {{"call", "get_all_server", "--overlap", "queue"}, 2, "go with --time"},
      {{"call", "get_all_server", "--cycle", "day"}, 2, "go with --time"},
      {{"call", "get_all_server", "--time", "02:30", "--cycle", "0"}, 2, "--cycle 0"},
      {{"call", "get_all_server", "--time", "02:30", "--zone", "Europe/Nowhere"},
       2,
       "no time zone"},
      {{"call", "a.sh", "--type", "1", "--time", "02:30"}, 2, "needs the hosts in TARGET"},
      {{"call", "a.sh", "--type", "1", "--target", "db9", "--time", "02:30"}, 7, "no host \"db9\""},
      {{"schedule", "next"}, 2, "the ID of a schedule, or --time"},
      {{"schedule", "change", "1"}, 2, "what is to change"},
      {{"schedule", "pause", "1"}, 7, "there is no schedule 1"},
      {{"schedule", "runs", "1"}, 7, "there is no schedule 1"},
      {{"schedule"}, 2, "schedule"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(fmt::format("{}", fmt::join(row.words, " ")));
    const Finished finished = server.mega(row.words);
    EXPECT_EQ(finished.code, row.code);
    EXPECT_EQ(finished.output, "");
    EXPECT_THAT(finished.errors, HasSubstr(row.said));
  }
  EXPECT_EQ(printed(server, {"schedule", "list", "--all"}), "");
  EXPECT_EQ(server.stop(), 0);
}

TEST(ScheduledCommand, OfAPeerOf2014IsAnsweredWithItsNumber) {
  const Scratch scratch;
  ServerProcess server(scratch / "data");
  Peer peer = Peer::to_port(server.port());
  ASSERT_TRUE(
      peer.send("0000000124{'HEAD': 'MEGA', 'TARGET': 0, 'ARGS': 0, 'VALUE': 'get_all_instance', "
                "'TIME': '17:30', 'TYPE': 0, 'CYCLE': 'day'}EOF"));
  EXPECT_EQ(peer.read_to_end(), "00000000111EOF");
  EXPECT_THAT(printed(server, {"schedule", "list"}), HasSubstr("every day at 17:30"));
  EXPECT_EQ(server.stop(), 0);
}

// Each due time once, whenever the server dies: what it began is not repeated, what it did not
// begin is made up for.
TEST(ScheduledCommand, RunsOncePerDueTimeThroughKill9) {
  const Scratch scratch;
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const int rounds = std::getenv("MEGA_TEST_LONG") ? 200 : 12;
  std::int64_t first = 0;
  {
    ServerProcess server(scratch / "data");
    first = system_clock().now().seconds + 1;
    printed(server, {"call", "add_token", "role=agent", "--time", format_local({first}), "--cycle",
                     "1", "--overlap", "queue"});
    server.child().signal(SIGKILL);
    server.child().wait();
  }
  for (int round = 0; round < rounds; ++round) {
    ServerProcess server(scratch / "data");
    ::usleep(std::uniform_int_distribution<useconds_t>(0, 1'500'000)(random));
    server.child().signal(SIGKILL);
    server.child().wait();
  }
  ServerProcess server(scratch / "data");
  const auto running = [&] {
    return printed(server, {"schedule", "runs", "1", "--count", "0", "-o", "csv"}).find(",ok,") !=
           std::string::npos;
  };
  EXPECT_TRUE(eventually(running));
  printed(server, {"schedule", "pause", "1"});
  const auto runs =
      parse_json(printed(server, {"schedule", "runs", "1", "--count", "0", "-o", "json"}));
  ASSERT_TRUE(runs);
  // Every second since the first is accounted for, once.
  std::int64_t covered = 0, ok = 0, lost = 0;
  std::set<std::string> due;
  for (const Value& item : *runs->as<List>()) {
    const Map& row = *item.as<Map>();
    EXPECT_TRUE(due.insert(*row.find(std::string_view("due"))->as<std::string>()).second);
    covered += *row.find(std::string_view("times"))->as<std::int64_t>();
    const auto& state = *row.find(std::string_view("state"))->as<std::string>();
    if (state == "ok") ++ok;
    if (state == "lost") ++lost;
  }
  const auto latest = parse_time(*due.rbegin());
  EXPECT_EQ(covered, latest->seconds - first + 1);
  // What a call did is in the audit with it: as often as runs went well, and of those that were cut
  // off nobody knows.
  const std::string audit =
      printed(server, {"server", "audit", "--peer", "schedule=1", "--count", "0", "-o", "csv"});
  const std::int64_t done = std::ranges::count(audit, '\n') - 1;
  EXPECT_GT(ok, 0);
  EXPECT_GE(done, ok);
  EXPECT_LE(done, ok + lost);
  EXPECT_EQ(server.stop(), 0);
}

}  // namespace
}  // namespace mega
