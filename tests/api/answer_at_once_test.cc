#include "api/describe.h"
#include "tests/api/every_function_fixture.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

class AnswerAtOnce : public EveryFunctionTest {
 protected:
  AnswerAtOnce() { value("add_instance", "'10.0.0.1',3306"); }

  std::string both_ways(const Caller& caller, std::string_view payload) {
    const auto at_once = answer_at_once(api, caller, payload);
    EXPECT_TRUE(at_once.has_value()) << payload;
    EXPECT_EQ(payload_of(at_once), payload_of(answer(api, caller, payload)));
    return payload_of(at_once);
  }
};

TEST_F(AnswerAtOnce, AnswersAsAWorkerWouldInEachDialect) {
  EXPECT_THAT(
      both_ways(reader_caller(), R"({"ID":7,"VALUE":"get_instance","ARGS":{"ip":"10.0.0.1"}})"),
      testing::HasSubstr("10.0.0.1"));
  EXPECT_THAT(both_ways(legacy_caller(),
                        "{'HEAD': 'MEGA', 'VALUE': 'get_server', 'ARGS': \"ip='10.0.0.1'\"}"),
              testing::EndsWith(", 0)"));
  both_ways(agent_caller(), R"({"ID":1,"VALUE":"whoami"})");
}

TEST_F(AnswerAtOnce, LeavesAllElseToAWorker) {
  for (const char* payload : {
           "no envelope",
           R"({"ID":1,"VALUE":"no_function"})",
           R"({"ID":1,"VALUE":"get_all_instance"})",
           R"({"ID":1,"VALUE":"add_server","ARGS":{"ip":"10.0.0.2"}})",
           R"({"ID":1,"VALUE":"get_instance","ARGS":{"ip":"10.0.0.99"}})",
           R"({"ID":1,"VALUE":"get_instance","ARGS":{"ip":"no address"}})",
           R"({"ID":1,"VALUE":"get_instance","ARGS":{"ip":"10.0.0.1"},"TIME":"02:30"})",
           R"({"ID":1,"TYPE":1,"VALUE":"whoami","TARGET":"10.0.0.1"})",
       }) {
    EXPECT_FALSE(answer_at_once(api, admin_caller(), payload).has_value()) << payload;
  }
  EXPECT_FALSE(store->inventory.server("10.0.0.2").value().has_value());
}

TEST_F(AnswerAtOnce, IsNoWayAroundARefusal) {
  const char* payload = "{'HEAD': 'MEGA', 'VALUE': 'get_server', 'ARGS': \"ip='10.0.0.1'\"}";
  EXPECT_FALSE(answer_at_once(api, legacy_caller(Role::none), payload).has_value());
  api.legacy_functions = {"get_instance"};
  EXPECT_FALSE(answer_at_once(api, legacy_caller(), payload).has_value());
}

TEST(QuickFunctions, ChangeNothing) {
  for (const Function* function : all_functions()) {
    if (!function->quick) continue;
    EXPECT_TRUE(function->run) << function->name;
    EXPECT_FALSE(function->changes) << function->name;
    EXPECT_TRUE(function->keeps.empty()) << function->name;
  }
}

}  // namespace
}  // namespace mega
