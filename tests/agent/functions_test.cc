#include "agent/functions.h"

#include "base/text.h"
#include "tests/agent/runner_fixture.h"
#include "trust/certificate.h"
#include "trust/crypto.h"
#include "trust/signature.h"
#include "value/json.h"

namespace mega {
namespace {

class AgentFunctionsTest : public RunnerFixture {
 protected:
  AgentFunctionsTest() {
    ca = make_ca(key, "test", Time{1'800'000'000}).value();
    open();
    functions = std::make_unique<AgentFunctions>(*runner);
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
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0], R"([["out",{"base64":"eP8="}]])");
  EXPECT_EQ(answers[1], R"([["err","y\n"]])");
  EXPECT_TRUE(answers[2].starts_with(R"([["end",{"state":"ok","exit_code":0,"output":{"base64")"))
      << answers[2];
  EXPECT_TRUE(ask("outcome", Map{{"id", "1"}}).at(0).starts_with(R"({"state":"ok")"));
  EXPECT_EQ(ask("cancel", Map{{"id", "1"}}).at(0), "true");
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
                 {"signature", Bytes{*sign(key, script_to_sign("s.sh", digest))}}};
  EXPECT_EQ(ask("put_script", sent).at(0), "true");
  EXPECT_EQ(ask("run", order).front(), R"([["out","sent\n"]])");
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
