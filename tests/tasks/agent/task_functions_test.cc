#include "tasks/agent/task_functions.h"

#include "base/text.h"
#include "tests/tasks/agent/runner_fixture.h"
#include "trust/certificate.h"
#include "trust/crypto.h"
#include "trust/signature.h"
#include "value/json.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

class AgentFunctionsTest : public RunnerFixture {
 protected:
  AgentFunctionsTest() {
    ca = make_ca(key, "test", Time{1'800'000'000}).value();
    open();
    functions = std::make_unique<AgentFunctions>();
    add_task_functions(*functions, *runner);
  }
  // The parts and the end, as JSON.
  std::vector<std::string> ask(const std::string& function, const Value& arguments) {
    std::vector<std::string> answers;
    const Envelope request{.id = 1, .function = function, .args = arguments};
    functions->answer(request,
                      {.part =
                           [&](const Value& items) {
                             answers.push_back(to_json(items));
                             return true;
                           },
                       .end =
                           [&](const Result<Value>& result) {
                             end = result;
                             answers.push_back(result ? to_json(*result) : result.error().message);
                           },
                       .unsent = [] { return std::size_t{0}; }});
    run_io();
    return answers;
  }

  const std::string key = make_key().value();
  std::unique_ptr<AgentFunctions> functions;
  Result<Value> end = Value();
};

TEST_F(AgentFunctionsTest, RunAnswersWithPartsAndTheOutcome) {
  script("a.sh", "printf 'x\\377'; sleep 0.05; echo y >&2\n");
  const auto answers = ask("run", Map{{"id", "1"}, {"script", "a.sh"}});
  ASSERT_EQ(answers.size(), 4u);
  EXPECT_EQ(answers[0], R"([["started",{"limit_ms":3600700,"grace_ms":200}]])");
  EXPECT_EQ(answers[1], R"([["out",{"base64":"eP8="}]])");
  EXPECT_EQ(answers[2], R"([["err","y\n"]])");
  EXPECT_TRUE(answers[3].starts_with(R"([["end",{"state":"ok","exit_code":0,"output":{"base64")"))
      << answers[3];
  EXPECT_TRUE(ask("outcome", Map{{"id", "1"}}).at(0).starts_with(R"({"state":"ok")"));
  EXPECT_EQ(ask("cancel", Map{{"id", "1"}}).at(0), "true");
}

TEST_F(AgentFunctionsTest, RunTellsWhereTheOrderStands) {
  rules.parallel = 1;
  open();
  functions = std::make_unique<AgentFunctions>();
  add_task_functions(*functions, *runner);
  script("slow.sh", "until [ -e " + (scratch / "go") + " ]; do sleep 0.02; done\n");
  const Map first{{"id", "1"}, {"script", "slow.sh"}, {"time_limit_s", 60}};
  const Map second{{"id", "2"}, {"script", "slow.sh"}, {"time_limit_s", 5}};
  std::vector<std::string> told;
  const auto listen = [&](const std::string& name, const Map& order) {
    functions->answer({.id = 1, .function = "run", .args = order},
                      {.part =
                           [&told, name](const Value& items) {
                             told.push_back(name + " " + to_json(items));
                             return true;
                           },
                       .end = [](const Result<Value>&) {},
                       .unsent = [] { return std::size_t{0}; }});
  };
  listen("first", first);
  listen("second", second);
  while (told.size() < 2) io.run_one();
  EXPECT_THAT(told, testing::UnorderedElementsAre(
                        R"(first [["started",{"limit_ms":60700,"grace_ms":200}]])",
                        R"(second [["waiting",{"limit_ms":5700,"grace_ms":200}]])"));
  // Who asks once more hears what is left.
  told.clear();
  listen("again", second);
  listen("again", first);
  EXPECT_EQ(told.at(0), R"(again [["waiting",{"limit_ms":5700,"grace_ms":200}]])");
  const Value left = parse_json(told.at(1).substr(6)).value();
  const auto standing = standing_from((*left.as<List>())[0]);
  ASSERT_TRUE(standing);
  EXPECT_LE(standing->limit_ms, 60700);
  EXPECT_EQ(standing->state, TaskState::running);
  told.clear();
  scratch.write("go", "");
  run_io();
  EXPECT_THAT(told, testing::UnorderedElementsAre(
                        R"(second [["started",{"limit_ms":5700,"grace_ms":200}]])",
                        R"(again [["started",{"limit_ms":5700,"grace_ms":200}]])"));
}

TEST_F(AgentFunctionsTest, AScriptIsSentWhenTheHostDoesNotHaveIt) {
  const std::string content = "echo sent\n";
  const std::string digest = to_hex(sha256(content));
  const Map order{{"id", "1"}, {"script", "s.sh"}, {"digest", digest}};
  ask("run", order);
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code, Errc::not_found);
  const Map sent{{"name", "s.sh"},
                 {"content", content},
                 {"digest", digest},
                 {"signature", Bytes{*sign(key, script_to_sign("s.sh", digest, 0))}}};
  EXPECT_EQ(ask("put_script", sent).at(0), "true");
  EXPECT_EQ(ask("run", order).at(1), R"([["out","sent\n"]])");
  // In the version that the server has, and in no other.
  ask("run", Map{{"id", "2"}, {"script", "s.sh"}});
  EXPECT_EQ(runner->outcome("2").error().code, Errc::not_found);
  EXPECT_EQ(ask("list_scripts", Value()).at(0),
            "[{\"name\":\"s.sh\",\"digest\":\"" + digest +
                "\",\"signed\":true,\"runs\":true,\"why_not\":null}]");
  EXPECT_EQ(ask("remove_script", Map{{"name", "s.sh"}}).at(0), "true");
  EXPECT_EQ(ask("list_scripts", Map()).at(0), "[]");
}

TEST_F(AgentFunctionsTest, RefusesWhatIsNoRequest) {
  const struct {
    const char* name;
    const char* function;
    Value arguments;
    Errc code;
  } cases[] = {
      {"unknown", "shell", Map(), Errc::unknown_function},
      {"no map", "run", List{"a.sh"}, Errc::invalid_argument},
      {"no order", "run", Map{{"id", "1"}}, Errc::invalid_argument},
      {"no id", "cancel", Map(), Errc::invalid_argument},
      {"unheard of", "cancel", Map{{"id", "7"}}, Errc::not_found},
      {"unheard of", "outcome", Map{{"id", "7"}}, Errc::not_found},
      {"unsigned", "put_script", Map{{"name", "a.sh"}, {"content", "x"}}, Errc::not_allowed},
      {"not there", "remove_script", Map{{"name", "a.sh"}}, Errc::not_found},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(ask(c.function, c.arguments).size(), 1u);
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code, c.code) << end.error().message;
  }
}

}  // namespace
}  // namespace mega
