#include "tasks/format/order.h"

#include "value/json.h"

#include <gtest/gtest.h>

#include <functional>

namespace mega {
namespace {

TaskOrder example() {
  return {.id = "7/db1/1",
          .script = "disk.sh",
          .interpreter = "bash",
          .args = {"/data", "", "a b"},
          .input = std::string("pass\0word", 9),
          .user = "mysql",
          .folder = "/tmp",
          .environment = {{"base64", "aGk="}, {"EMPTY", ""}, {"SUM", "a=b"}},
          .nice = 10,
          .time_limit_s = 60,
          .output_limit_bytes = 1024,
          .expires = 1'800'000'000,
          .digest = std::string(64, 'a')};
}

Value over_the_wire(const Value& value) {
  auto read = parse_json(to_json(value));
  EXPECT_TRUE(read) << read.error().message;
  return *read;
}

TEST(TaskOrder, ArrivesAsItWasSent) {
  TaskOrder free_command = {.id = "8/db1/1", .command = {"uname", "-a"}};
  TaskOrder one_variable = {.id = "9", .script = "x", .environment = {{"base64", "aGk="}}};
  TaskOrder no_text = {.id = "10", .script = "x", .args = {"\xff\xfe"}, .input = ""};
  for (const TaskOrder& order : {example(), free_command, one_variable, no_text}) {
    const auto arrived = order_from(over_the_wire(to_value(order)));
    ASSERT_TRUE(arrived) << arrived.error().message;
    EXPECT_EQ(*arrived, order);
  }
}

TEST(TaskOrder, LeavesOutWhatIsAsUsual) {
  EXPECT_EQ(to_json(to_value(TaskOrder{.id = "1", .script = "a.sh"})),
            R"({"id":"1","script":"a.sh"})");
}

TEST(TaskOrder, IgnoresNamesOfLaterReleases) {
  const auto order = order_from(Map{{"id", "1"}, {"script", "a.sh"}, {"colour", "red"}});
  ASSERT_TRUE(order) << order.error().message;
}

TEST(TaskOrder, ThatNoHostCouldRunIsRefused) {
  const struct {
    const char* name;
    std::function<void(TaskOrder&)> change;
    const char* says;
  } cases[] = {
      {"no id", [](auto& o) { o.id.clear(); }, "no id"},
      {"an id of two lines", [](auto& o) { o.id = "1\n2"; }, "no task id"},
      {"an endless id", [](auto& o) { o.id.assign(201, 'x'); }, "no task id"},
      {"no script", [](auto& o) { o.script.clear(); }, "missing"},
      {"another folder", [](auto& o) { o.script = "../x.sh"; }, "no name of a script"},
      {"within a folder", [](auto& o) { o.script = "a/x.sh"; }, "no name of a script"},
      {"a hidden file", [](auto& o) { o.script = ".x.sh"; }, "no name of a script"},
      {"a NUL in the name", [](auto& o) { o.script += '\0'; }, "no name of a script"},
      {"a NUL in an argument", [](auto& o) { o.args.emplace_back("a\0b", 3); }, "NUL"},
      {"a NUL in the user", [](auto& o) { o.user += '\0'; }, "NUL"},
      {"a NUL in a variable", [](auto& o) { o.environment["A"] += '\0'; }, "cannot be set"},
      {"a variable without name", [](auto& o) { o.environment[""] = "x"; }, "cannot be set"},
      {"a script and a command", [](auto& o) { o.command = {"ls"}; }, "not both"},
      {"an interpreter", [](auto& o) { o.interpreter = "ruby"; }, "not known"},
      {"too nice", [](auto& o) { o.nice = 20; }, "-20 to 19"},
      {"a time before the start", [](auto& o) { o.time_limit_s = -1; }, "0 or more"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    TaskOrder order = example();
    c.change(order);
    const auto read = order_from(to_value(order));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Errc::invalid_argument);
    EXPECT_NE(read.error().message.find(c.says), std::string::npos) << read.error().message;
  }
}

TEST(TaskOrder, OfTheWrongKindSaysWhichFieldItIs) {
  const auto order = order_from(Map{{"id", "1"}, {"script", "a"}, {"nice", "very"}});
  ASSERT_FALSE(order);
  EXPECT_EQ(order.error().message, "nice of a task order is of kind text, want an integer");
  EXPECT_FALSE(order_from("text"));
}

TEST(TaskOutcome, ArrivesAsItWasSent) {
  const TaskOutcome whole = {.state = TaskState::failed,
                             .reason = "it ended with 3",
                             .exit_code = 3,
                             .output = "caf\xe9",
                             .errors = "err\n",
                             .errors_cut = true,
                             .started = {100},
                             .ended = {200},
                             .cpu_ms = 5,
                             .peak_memory_kib = 2048};
  const TaskOutcome zero = {.state = TaskState::ok, .exit_code = 0};
  for (const TaskOutcome& outcome : {whole, zero, TaskOutcome{}}) {
    const auto arrived = outcome_from(over_the_wire(to_value(outcome)));
    ASSERT_TRUE(arrived) << arrived.error().message;
    EXPECT_EQ(*arrived, outcome);
  }
}

TEST(TaskOutcome, IsFinal) {
  EXPECT_FALSE(outcome_from(Map{{"state", "running"}}));
  EXPECT_FALSE(outcome_from(Map{{"state", "gone"}}));
  EXPECT_FALSE(outcome_from(Map{}));
}

TEST(TaskState, HasANameThatIsReadBack) {
  int final_states = 0;
  for (int i = 0; i <= static_cast<int>(TaskState::lost); ++i) {
    const auto state = static_cast<TaskState>(i);
    const auto read = parse_task_state(name_of(state));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, state);
    final_states += is_final(state);
  }
  EXPECT_EQ(final_states, 8);
}

}  // namespace
}  // namespace mega
