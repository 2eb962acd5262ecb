#include "api/function.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

const Param<Address> ip{"ip", "where"};
const Param<Port> port{"port", 3306, "which"};
const Param<std::optional<std::string>> model{"model", nullptr, "who asks"};
const Param<std::optional<Natural>> business{"x_business", nullptr, "id", {"x_bussiness"}};
const Param<std::optional<Tags>> tags{"x_tags", nullptr, "tags"};
const Param<std::int64_t> number{"number", 7, "how many"};
const Param<State> stat{"stat", 0, "0, 1 or 2"};

// As add_ functions: positions, and keywords beyond them.
Function with_keywords() {
  Function function;
  function.name = "add_x";
  function.params = {ip, port, model};
  function.keywords = {business, tags};
  function.takes_keywords = true;
  return function;
}

Function plain() {
  Function function;
  function.name = "get_x";
  function.params = {model, number, stat};
  return function;
}

TEST(Bind, FillsInDefaults) {
  const Function function = with_keywords();
  const auto args = bind(function, {.positional = {"10.0.0.1"}, .named = {}}, true);
  ASSERT_TRUE(args.has_value()) << args.error().message;
  EXPECT_EQ((*args)[ip].text, "10.0.0.1");
  EXPECT_EQ((*args)[port].number, 3306);
  EXPECT_EQ((*args)[model], std::nullopt);
  EXPECT_FALSE((*args)[business].has_value());
  EXPECT_FALSE((*args)[tags].has_value());
}

TEST(Bind, TakesPositionsAndNamesTogether) {
  const Function function = with_keywords();
  const auto args =
      bind(function,
           {.positional = {"FD00::0001", "3307"},
            .named = {{"x_tags", "env=prod"}, {"model", "backup"}, {"x_business", 4}}},
           true);
  ASSERT_TRUE(args.has_value()) << args.error().message;
  EXPECT_EQ((*args)[ip].text, "fd00::1");
  EXPECT_EQ((*args)[port].number, 3307);
  EXPECT_EQ((*args)[model], "backup");
  EXPECT_EQ((*args)[business]->number, 4);
  EXPECT_EQ((*args)[tags], (Tags{{"env", "prod"}}));
}

TEST(Bind, TakesOlderSpellings) {
  const Function function = with_keywords();
  const auto args =
      bind(function, {.positional = {"10.0.0.1"}, .named = {{"x_bussiness", "9"}}}, true);
  ASSERT_TRUE(args.has_value()) << args.error().message;
  EXPECT_EQ((*args)[business]->number, 9);
}

TEST(Bind, TakesNoneForAKeywordAsNotGiven) {
  const Function function = with_keywords();
  const auto args =
      bind(function, {.positional = {"10.0.0.1"}, .named = {{"x_business", nullptr}}}, true);
  ASSERT_TRUE(args.has_value());
  EXPECT_FALSE((*args)[business].has_value());
}

TEST(Bind, SaysWhatIsWrong) {
  const struct {
    const char* name;
    Function function;
    CallArguments given;
    std::string message;
  } cases[] = {
      {"missing",
       with_keywords(),
       {},
       "add_x needs ip: it is add_x(ip, port=3306, model=None, **args)"},
      {"too many",
       plain(),
       {.positional = {1, 2, 0, 4}, .named = {}},
       "get_x takes at most 3 arguments by position, but got 4: it is get_x(model=None, number=7, "
       "stat=0)"},
      {"twice",
       with_keywords(),
       {.positional = {"10.0.0.1"}, .named = {{"ip", "10.0.0.2"}}},
       "add_x: ip is given twice, by position and by name"},
      {"in both spellings",
       with_keywords(),
       {.positional = {"10.0.0.1"}, .named = {{"x_business", 1}, {"x_bussiness", 2}}},
       "add_x: x_business is given twice (x_bussiness is another spelling of it)"},
      {"in both spellings, older first",
       with_keywords(),
       {.positional = {"10.0.0.1"}, .named = {{"x_bussiness", 1}, {"x_business", 2}}},
       "add_x: x_business is given twice (x_bussiness is another spelling of it)"},
      {"near a name",
       plain(),
       {.positional = {}, .named = {{"numbr", 1}}},
       "get_x has no argument \"numbr\", did you mean 'number'?"},
      {"near no name",
       plain(),
       {.positional = {}, .named = {{"elephant", 1}}},
       "get_x has no argument \"elephant\": it is get_x(model=None, number=7, stat=0)"},
      {"not an address",
       with_keywords(),
       {.positional = {"10.0.0.300"}, .named = {}},
       "add_x: ip takes an IPv4 address (four numbers, no leading zeros) or an IPv6 address, not "
       "text \"10.0.0.300\""},
      {"None where a value must be",
       with_keywords(),
       {.positional = {nullptr}, .named = {}},
       "add_x: ip takes an IPv4 address (four numbers, no leading zeros) or an IPv6 address, not "
       "None"},
      {"not a port",
       with_keywords(),
       {.positional = {"10.0.0.1", 70000}, .named = {}},
       "add_x: port takes a port, 1 to 65535, not integer 70000"},
      {"not a number from 0 up",
       with_keywords(),
       {.positional = {"10.0.0.1"}, .named = {{"x_business", "many"}}},
       "add_x: x_business takes an integer from 0 up or None, not text \"many\""},
      {"not a state",
       plain(),
       {.positional = {}, .named = {{"stat", 5}}},
       "get_x: stat takes 0 (all), 1 (online) or 2 (offline), not integer 5"},
      {"a real for text",
       plain(),
       {.positional = {5.1}, .named = {}},
       "get_x: model takes text: put the number in quotes or None, not real 5.1"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto args = bind(c.function, c.given, true);
    ASSERT_FALSE(args.has_value());
    EXPECT_EQ(args.error().code, Errc::invalid_argument);
    EXPECT_EQ(args.error().message, c.message);
  }
}

TEST(Bind, RefusesAnythingForAFunctionWithoutArguments) {
  Function function;
  function.name = "main";
  const auto args = bind(function, {.positional = {1}, .named = {}}, true);
  ASSERT_FALSE(args.has_value());
  EXPECT_EQ(args.error().message, "main takes no arguments, but got 1");
}

TEST(Bind, LeavesOutUnknownKeywordsOfCallersOf2014) {
  const Function function = with_keywords();
  std::vector<std::string> ignored;
  const auto args = bind(
      function, {.positional = {"10.0.0.1"}, .named = {{"x_colour", "red"}, {"x_business", 2}}},
      false, &ignored);
  ASSERT_TRUE(args.has_value()) << args.error().message;
  EXPECT_EQ((*args)[business]->number, 2);
  EXPECT_EQ(ignored, std::vector<std::string>{"x_colour"});
}

TEST(Bind, RefusesUnknownNamesEvenOfCallersOf2014WithoutKeywords) {
  std::vector<std::string> ignored;
  const auto args = bind(plain(), {.positional = {}, .named = {{"x", 1}}}, false, &ignored);
  EXPECT_FALSE(args.has_value());
  EXPECT_TRUE(ignored.empty());
}

TEST(Args, AreFoundByNameAndByOlderSpelling) {
  const Function function = with_keywords();
  const auto args =
      bind(function, {.positional = {"10.0.0.1"}, .named = {{"x_business", 3}}}, true);
  ASSERT_TRUE(args.has_value());
  EXPECT_EQ(*args->find("x_bussiness"), Value(3));
  EXPECT_EQ(args->find("elephant"), nullptr);
}

}  // namespace
}  // namespace mega
