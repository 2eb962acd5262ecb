// No request costs more than linear time until it is dispatched, whether its caller may make it or
// not.
#include "api/dispatch.h"
#include "tests/api/every_function_fixture.h"
#include "tests/support/effort.h"

namespace mega {
namespace {

class LinearDispatch : public EveryFunctionTest {};

TEST_F(LinearDispatch, OfRequestsOfAnySize) {
  const struct {
    const char* name;
    std::string head, each, tail;
  } cases[] = {
      {"arguments of a script by name", R"({"ID":1,"VALUE":"x.sh","TYPE":1,"TARGET":"h","ARGS":{)",
       R"("k#":0,)", R"("k":0}})"},
      {"arguments of a script by position",
       R"({"ID":1,"VALUE":"x.sh","TYPE":1,"TARGET":"h","ARGS":[)", "0,", "0]}"},
      {"arguments of a function by name", R"({"ID":1,"VALUE":"search","ARGS":{)", R"("k#":0,)",
       R"("k":0}})"},
      {"arguments of a change by name", R"({"ID":1,"VALUE":"add_server","ARGS":{)", R"("k#":0,)",
       R"("k":0}})"},
      {"tags", R"({"ID":1,"VALUE":"add_server","ARGS":{"ip":"10.0.0.1","tags":{)", R"("k#":"v",)",
       R"("k":"v"}}})"},
      {"a map as the value of an argument", R"({"ID":1,"VALUE":"client_ping","ARGS":{"facts":{)",
       R"("k#":0,)", R"("k":0}}})"},
      {"a name of a function", R"({"ID":1,"VALUE":")", "abcd", R"("})"},
      {"hosts", R"({"ID":1,"VALUE":"x.sh","TYPE":1,"TARGET":[)", R"("h#",)", R"("h"]})"},
      {"text of 2014", "{'HEAD':'MEGA','VALUE':'get_server','ARGS':\"", "k#=1,",
       "ip='10.0.0.1'\"}"},
  };
  for (const auto& c : cases) {
    for (const Caller& caller : {reader_caller(), admin_caller(), legacy_caller()}) {
      SCOPED_TRACE(testing::Message() << c.name << ", role " << name_of(caller.role));
      const auto input = [&c](std::size_t n) { return c.head + repeated(c.each, n) + c.tail; };
      const auto work = [&](const std::string& payload) {
        (void)answer_at_once(api, caller, payload);
        (void)answer(api, caller, payload);
      };
      EXPECT_TRUE(is_linear(60, input, work));    // as many arguments as are taken
      EXPECT_TRUE(is_linear(1000, input, work));  // more
    }
  }
}

TEST_F(LinearDispatch, APermissionIsCheckedBeforeTheArgumentsOfAScript) {
  const Envelope unreadable{.id = 1, .function = "x.sh", .args = "(", .type = 1, .target = "h"};
  const auto refused = dispatch(api, reader_caller(), unreadable).result;
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::not_allowed) << refused.error().message;
  const auto unread = dispatch(api, admin_caller(), unreadable).result;
  ASSERT_FALSE(unread);
  EXPECT_EQ(unread.error().code, Errc::invalid_argument) << unread.error().message;
}

}  // namespace
}  // namespace mega
