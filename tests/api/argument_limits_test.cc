// Each argument of each function has a limit in bytes, which bind() enforces.
#include "api/describe.h"
#include "api/kinds.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

using testing::HasSubstr;

std::vector<ParamInfo> params_of(const Function& function) {
  std::vector<ParamInfo> all = function.params;
  all.insert(all.end(), function.keywords.begin(), function.keywords.end());
  return all;
}

// What a parameter of the kind takes.
Value taken_by(Kind kind) {
  switch (kind) {
    case Kind::address:
      return "10.0.0.1";
    case Kind::port:
      return 3306;
    case Kind::time:
      return "2014-07-31 14:13:07";
    case Kind::tags:
      return "env=prod";
    case Kind::flag:
      return true;
    case Kind::integer:
    case Kind::natural:
    case Kind::state:
    case Kind::instance_role:
      return 1;
    default:
      return "x";
  }
}

// The function called with one argument of so many bytes, and with all others that must be given.
Result<Args> bound(const Function& function, const ParamInfo& param, std::size_t bytes) {
  CallArguments given;
  for (const ParamInfo& other : function.params) {
    const bool needed = !other.fallback && std::string_view(other.name) != param.name;
    if (needed) given.named.emplace_back(other.name, taken_by(other.kind));
  }
  given.named.emplace_back(param.name, Value(std::string(bytes, '1')));
  return bind(function, std::move(given), true);
}

TEST(ArgumentLimits, RefuseOneByteTooManyForEachArgumentOfEachFunction) {
  std::size_t params = 0;
  for (const Function* function : all_functions()) {
    for (const ParamInfo& param : params_of(*function)) {
      SCOPED_TRACE(testing::Message() << function->name << '(' << param.name << ')');
      const std::size_t most = bytes_max_of(param);
      ASSERT_GT(most, 0u);
      ASSERT_LE(most, std::size_t{64} << 20) << "no frame holds it";
      ++params;
      const auto refused = bound(*function, param, most + 1);
      if (param.bytes_max.cut) continue;  // see below
      ASSERT_FALSE(refused.has_value());
      EXPECT_EQ(refused.error().code, Errc::invalid_argument);
      EXPECT_THAT(refused.error().message, HasSubstr(fmt::format("at most {} bytes", most)));
      const auto last = bound(*function, param, most);
      if (!last) {
        EXPECT_THAT(last.error().message, testing::Not(HasSubstr("at most")));
      }
    }
  }
  EXPECT_GT(params, 200u);
}

TEST(ArgumentLimits, CutTheCommentsOfHosts) {
  CallArguments given;
  for (const char* name : {"task_id", "start_time", "end_time", "stat"}) {
    given.named.emplace_back(name, name == std::string_view("task_id") ? Value(1) : Value());
  }
  given.named.back().second = Value(0);
  given.named.emplace_back("comment", std::string((4 << 10) - 1, 'x') + "\xe4\xb8\xad");
  const auto args = bind(*find_function("task_log"), std::move(given), true);
  ASSERT_TRUE(args.has_value()) << args.error().message;
  EXPECT_EQ(*args->find("comment"), Value(std::string((4 << 10) - 1, 'x')));
}

TEST(ArgumentLimits, CountTextsAndEachOtherValue) {
  const struct {
    const char* name;
    Value value;
    std::size_t bytes;
  } cases[] = {
      {"text", "abc", 3},
      {"bytes", Bytes{"\xff\xfe"}, 2},
      {"None", nullptr, 8},
      {"a number", 7, 8},
      {"digits", Digits{"12345678901234567890"}, 20},
      {"an empty list", List{}, 8},
      {"a list", List{"ab", 1, nullptr}, 8 + 2 + 8 + 8},
      {"a tuple in a list", List{Tuple{{"a"}}}, 8 + 8 + 1},
      {"a map", Map{{"key", "value"}, {"n", 1}}, 8 + 3 + 5 + 1 + 8},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(bytes_in(c.value), c.bytes);
  }
}

}  // namespace
}  // namespace mega
