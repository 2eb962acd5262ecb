// What came of a task, as people read it.
#include "cmd/tasks/task_report.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;
using enum TaskState;

std::vector<TargetEnd> fleet() {
  std::vector<TargetEnd> ends;
  for (const char* host : {"db01", "db02", "db03"}) {
    ends.push_back({.host = host, .state = ok, .exit_code = 0, .output = "40%\n"});
  }
  ends.push_back({.host = "db04", .state = ok, .exit_code = 0, .output = "90%"});
  ends.push_back({.host = "db05",
                  .state = failed,
                  .reason = "exit code 3",
                  .exit_code = 3,
                  .errors = "df: no such disk\n",
                  .errors_cut = true});
  ends.push_back({.host = "db06", .state = unreachable, .reason = "its daemon is away"});
  return ends;
}

TEST(TaskReport, PutsEqualOutputsTogether) {
  EXPECT_EQ(folded(fleet(), {}),
            "db[01-03] (3 hosts): ok\n"
            "40%\n"
            "\n"
            "db04: ok\n"
            "90%\n"
            "\n"
            "db05: failed, exit code 3\n"
            "df: no such disk\n"
            "(more was printed, and not kept)\n"
            "\n"
            "db06: unreachable, its daemon is away\n");
  EXPECT_EQ(folded({}, {}), "");
}

TEST(TaskReport, KeepsOutputFromSteeringATerminal) {
  const std::vector<TargetEnd> ends{{.host = "db1", .state = ok, .output = "a\x1b[2Jb\n\xff"}};
  for (const bool colour : {true, false}) {
    const std::string text = folded(ends, {.colour = colour, .terminal = true});
    EXPECT_THAT(text, HasSubstr("a\\x1b[2Jb\n\\xff\n"));
  }
}

TEST(TaskReport, AddsUpToTheNumberOfHosts) {
  EXPECT_EQ(sums(fleet()), "6 hosts: 4 ok, 1 failed, 1 unreachable");
  const std::vector<TargetEnd> one{{.host = "db1", .state = timed_out}};
  EXPECT_EQ(sums(one), "1 host: 1 timed out");
  EXPECT_EQ(progress(Map{{"hosts", 10}, {"ok", 3}, {"failed", 0}, {"running", 2}}),
            "10 hosts: 3 ok, 2 running, 5 waiting");
  const List left{List{"db07", "running"}, List{"db09", "running"}, List{"web1", "waiting"}};
  EXPECT_EQ(progress(Map{{"hosts", 1000}, {"ok", 997}, {"running", 2}}, left),
            "1000 hosts: 997 ok, 2 running (db[07,09]), 1 waiting (web1)");
}

TEST(TaskReport, ShowsWhatWasToldLate) {
  const Value answer(List{Map{{"host", "db1"},
                              {"state", "lost"},
                              {"reason", "its daemon is away"},
                              {"later", Map{{"state", "failed"},
                                            {"reason", "it exited with 3"},
                                            {"output", "half of it"},
                                            {"reported", "2026-11-29 01:00:00"}}}}});
  const auto ends = target_ends(answer).value();
  EXPECT_EQ(folded(ends, {}),
            "db1: lost, its daemon is away\n"
            "told later, 2026-11-29 01:00:00: failed, it exited with 3\n"
            "half of it\n");
  EXPECT_EQ(sums(ends), "1 host: 1 lost");
}

TEST(TaskReport, EndsAsTheHostsDid) {
  const struct {
    const char* name;
    std::vector<TaskState> states;
    int code;
  } cases[] = {
      {"all ok", {ok, ok}, 0},
      {"one failed", {ok, failed}, 3},
      {"one timed out", {ok, timed_out}, 3},
      {"one refused", {refused}, 3},
      {"cancelled", {ok, cancelled}, 3},
      {"one away", {ok, unreachable}, 4},
      {"all away", {unreachable}, 4},
      {"one failed, one away", {failed, unreachable}, 3},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    std::vector<TargetEnd> ends;
    for (const TaskState state : c.states) ends.push_back({.host = "db1", .state = state});
    const auto end = verdict(7, ends);
    EXPECT_EQ(end ? 0 : exit_code(end.error().code), c.code);
    if (!end) {
      EXPECT_THAT(end.error().message, HasSubstr("task 7 "));
    }
  }
}

TEST(TaskReport, ReadsTheServersAnswer) {
  const Value answer(List{Map{{"host", "db1"},
                              {"state", "failed"},
                              {"reason", "exit code 2"},
                              {"exit_code", 2},
                              {"output", Bytes{"\xff"}},
                              {"errors", "oh"},
                              {"output_cut", 1}}});
  const auto ends = target_ends(answer);
  ASSERT_TRUE(ends.has_value()) << ends.error().message;
  EXPECT_EQ(ends->front().output, "\xff");
  EXPECT_TRUE(ends->front().output_cut);
  EXPECT_EQ(ends->front().exit_code, 2);
  EXPECT_FALSE(target_ends(Value("no")).has_value());
  EXPECT_FALSE(target_ends(Value(List{Map{{"state", "asleep"}}})).has_value());
}

}  // namespace
}  // namespace mega
