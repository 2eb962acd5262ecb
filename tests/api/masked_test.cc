#include "api/masked.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

Function pack() {
  const Param<std::string> sql{"sql", "a statement"};
  const Param<Value> info{"info", nullptr, "a map"};
  Function function;
  function.name = "pack";
  function.params = {sql, info};
  return function;
}

TEST(MaskedArguments, HideSecretsAndStatements) {
  const struct {
    const char* name;
    CallArguments given;
    std::string text;
  } cases[] = {
      {"nothing", {}, ""},
      {"plain", {.positional = {}, .named = {{"a", 1}, {"b", "x"}}}, "a=1,b='x'"},
      {"by position", {.positional = {"select 'secret'"}, .named = {}}, "'***'"},
      {"by name", {.positional = {}, .named = {{"mysql_Password", "x"}}}, "mysql_Password='***'"},
      {"a join token", {.positional = {}, .named = {{"token", List{1}}}}, "token='***'"},
      {"in a map",
       {.positional = {}, .named = {{"info", Map{{"SQL_TEXT", "x"}, {"port", 1}}}}},
       "info={'SQL_TEXT': '***', 'port': 1}"},
      {"a certificate request",
       {.positional = {}, .named = {{"request", "-----BEGIN CERTIFICATE REQUEST-----\nMIG"}}},
       "request='(PEM)'"},
      {"deep inside",
       {.positional = {}, .named = {{"info", List{Tuple{{Map{{"pwd", "x"}}}}}}}},
       "info=[({'pwd': '***'},)]"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(masked_arguments(pack(), c.given), c.text);
  }
}

TEST(MaskedArguments, AreCutBetweenCharacters) {
  const CallArguments given{.positional = {}, .named = {{"a", "\xe4\xb8\xad\xe4\xb8\xad"}}};
  // a='XXXYYY': the cut at 7 would fall into the second character.
  EXPECT_EQ(masked_arguments(pack(), given, 7), "a='\xe4\xb8\xad...");
}

}  // namespace
}  // namespace mega
