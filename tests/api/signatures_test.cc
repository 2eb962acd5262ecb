// What the program says about its functions: the signatures of 2014 letter for letter, and
// docs/FUNCTIONS.md.
#include "api/describe.h"
#include "base/text.h"
#include "tests/support/golden.h"
#include "tests/support/left_out.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mega {
namespace {

std::string lines_of(bool of_2014) {
  std::string lines;
  for (const Function* function : all_functions()) {
    if (function->of_2014 != of_2014) continue;
    lines += fmt::format("{} {}\n", function->name, arg_spec(*function));
  }
  return lines;
}

TEST(Signatures, AreThoseOf2014LetterForLetter) {
  if (!left_out_modules.empty()) GTEST_SKIP() << "this build leaves out " << left_out_modules;
  EXPECT_EQ(lines_of(true), read_source("tests/golden/funcs.txt"));
}

TEST(Signatures, OfTheThirtyComeFirst) {
  if (!left_out_modules.empty()) GTEST_SKIP() << "this build leaves out " << left_out_modules;
  const auto functions = all_functions();
  ASSERT_GT(functions.size(), 30u);
  EXPECT_TRUE(std::ranges::is_partitioned(functions, [](const Function* f) { return f->of_2014; }));
  EXPECT_EQ(std::ranges::count_if(functions, [](const Function* f) { return f->of_2014; }), 30);
}

TEST(Functions, AreDescribedInTheDocument) {
  if (!left_out_modules.empty()) GTEST_SKIP() << "this build leaves out " << left_out_modules;
  expect_golden("docs/FUNCTIONS.md", functions_markdown());
}

TEST(Functions, SayWhatTheyAreAndWhatTheyNeed) {
  for (const Function* function : all_functions()) {
    SCOPED_TRACE(function->name);
    EXPECT_FALSE(function->summary.empty());
    EXPECT_FALSE(function->summary.ends_with('.'));
    EXPECT_EQ(function->run != nullptr, function->example.starts_with("mega call "));
    // Only an agent's functions are about a host of the caller's.
    const bool names_host = !function->host_param.empty() || function->checks_host;
    EXPECT_EQ(names_host, function->permission == Permission::agent);
    EXPECT_FALSE(function->changes && function->permission == Permission::read);
    EXPECT_TRUE(function->keywords.empty() || function->takes_keywords);
    const std::string page = describe(*function);
    EXPECT_TRUE(page.starts_with(fmt::format("{} {}\n", function->name, arg_spec(*function))));
    for (const auto* list : {&function->params, &function->keywords}) {
      for (const ParamInfo& param : *list) {
        EXPECT_FALSE(param.summary.empty()) << param.name;
        EXPECT_NE(page.find(fmt::format("  {} ", param.name)), page.npos) << param.name;
      }
    }
  }
}

TEST(Functions, OfAHostNameAParameterThatTheyHave) {
  for (const Function* function : all_functions()) {
    if (function->host_param.empty()) continue;
    EXPECT_NE(std::ranges::find(function->params, function->host_param, &ParamInfo::name),
              function->params.end())
        << function->name;
  }
}

}  // namespace
}  // namespace mega
