// Functions that answer later: their worker is free meanwhile, and nobody sees a difference.
#include "tests/api/every_function_fixture.h"

namespace mega {
namespace {

const Param<std::string> text{"text", "what to answer"};

std::function<void(Result<Value>)> waiting;  // for the test to answer

Result<Value> run_later(Context& context, const Args& args) {
  if (args[text] == "no") return fail(Errc::refused, "not this one");
  if (args[text] == "yes") {
    context.later = [](const Answered& answered) { waiting = answered; };
  } else {
    context.later = [](const Answered& answered) { answered(Value(5)); };
  }
  return Value("does not count");
}

std::optional<Registered<Function>> function;

class LaterAnswer : public EveryFunctionTest {
 protected:
  // While these tests run: others list all functions.
  static void SetUpTestSuite() {
    function.emplace(Function{.name = "test_later",
                              .summary = "Answers yes when the test does, anything else at once",
                              .params = {text},
                              .permission = Permission::read,
                              .run = run_later});
  }
  static void TearDownTestSuite() { function.reset(); }
  ~LaterAnswer() override { waiting = nullptr; }

  static std::string request(const std::string& argument) {
    return R"({"ID":7,"VALUE":"test_later","ARGS":{"text":")" + argument + "\"}}";
  }
};

TEST_F(LaterAnswer, GivesAReplyThatComesLater) {
  const auto reply = answer(api, admin_caller(), request("yes"));
  ASSERT_TRUE(reply && reply->later);
  std::optional<Reply> late;
  reply->later([&](std::optional<Reply> taken) { late = std::move(taken); });
  EXPECT_FALSE(late.has_value());
  ASSERT_TRUE(waiting);
  waiting(Value("here"));
  EXPECT_EQ(payload_of(late), R"({"ID":7,"CODE":0,"RESULT":"here"})");
}

TEST_F(LaterAnswer, FailsAtOnceOrLater) {
  EXPECT_EQ(payload_of(answer(api, admin_caller(), request("no"))),
            R"({"ID":7,"CODE":5,"KIND":"refused","ERROR":"not this one"})");
  const auto reply = answer(api, admin_caller(), request("yes"));
  std::optional<Reply> late;
  reply->later([&](std::optional<Reply> taken) { late = std::move(taken); });
  waiting(fail(Errc::not_found, "it has gone"));
  EXPECT_EQ(payload_of(late), R"({"ID":7,"CODE":7,"KIND":"not_found","ERROR":"it has gone"})");
}

TEST_F(LaterAnswer, HasItsShapeForCallersOf2014) {
  const auto reply = answer(api, legacy_caller(),
                            "{'HEAD': 'MEGA', 'VALUE': 'test_later', 'ARGS': \"text='yes'\"}");
  ASSERT_TRUE(reply && reply->later);
  std::optional<Reply> late;
  reply->later([&](std::optional<Reply> taken) { late = std::move(taken); });
  waiting(Value("(0, 'out')"));
  EXPECT_EQ(payload_of(late), "(0, 'out')");
}

TEST_F(LaterAnswer, IsWaitedForByWhoDispatchesHimself) {
  EXPECT_EQ(call("test_later", "text='now'").value(), Value(5));
}

}  // namespace
}  // namespace mega
