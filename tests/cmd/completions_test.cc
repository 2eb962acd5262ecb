#include "cmd/completions.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mega {
namespace {

std::vector<std::string> texts(const Completion& completion) {
  std::vector<std::string> out;
  for (const auto& candidate : completion.candidates) out.push_back(candidate.text);
  return out;
}

TEST(Completions, OfferWhatTheCommandLineTakes) {
  const struct {
    const char* name;
    std::vector<std::string> words;
    std::vector<std::string> want;
  } cases[] = {
      {"a command", {"ca"}, {"call"}},
      {"a command behind a flag", {"--config", "x", "pi"}, {"ping"}},
      {"a global flag", {"--vers"}, {"--version"}},
      {"a command below", {"inventory", "ex"}, {"export"}},
      {"a flag", {"call", "--ou"}, {"--output"}},
      {"a flag of a command below", {"inventory", "apply", "--dry"}, {"--dry-run"}},
      {"a flag's value", {"call", "-o", "j"}, {"json"}},
      {"a flag's value in the same word", {"call", "--output=j"}, {"--output=json"}},
      {"a function", {"call", "get_ser"}, {"get_server"}},
      {"a function behind flags", {"call", "-o", "json", "--stop", "get_ser"}, {"get_server"}},
      {"a function to describe", {"funcs", "whoa"}, {"whoami"}},
      {"its arguments", {"call", "get_instance", ""}, {"model=", "ip=", "port="}},
      {"arguments that are left", {"call", "get_instance", "ip=10.0.0.1", ""}, {"model=", "port="}},
      {"an argument", {"call", "add_instance", "instance_ve"}, {"instance_version="}},
      {"a shell", {"completion", "z"}, {"zsh"}},
      {"a command to explain", {"help", "pi"}, {"ping"}},
      {"a page to read", {"help", "cond"}, {"conditions"}},
      {"commands below one to explain", {"help", "server", "cl"}, {"clients"}},
      {"nothing below a command without commands", {"help", "ping", ""}, {}},
      {"nothing below an unknown command to explain", {"help", "frob", ""}, {}},
      {"global flags", {"--"}, {"--help", "--version", "--config"}},
      {"nothing behind an unknown command", {"frob", ""}, {}},
      {"nothing hidden", {"completion", "comp"}, {}},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    EXPECT_EQ(texts(complete(c.words)), c.want);
  }
}

TEST(Completions, OfferEveryCommandWithItsSummary) {
  const Completion completion = complete({""});
  EXPECT_GE(completion.candidates.size(), 5u);
  for (const auto& candidate : completion.candidates) EXPECT_FALSE(candidate.about.empty());
}

TEST(Completions, KnowWhereFilesStand) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"inventory", "export", ""},
                                                {"inventory", "apply", "fl"},
                                                {"call", "--batch", ""},
                                                {"call", "--batch="},
                                                {"--config", ""}}) {
    EXPECT_TRUE(complete(words).files) << words[0];
  }
  EXPECT_FALSE(complete({"call", "-o", ""}).files);
  EXPECT_EQ(complete({"call", "--batch=my"}).files_behind, "--batch=");
  EXPECT_EQ(complete({"call", "--batch", "my"}).files_behind, "");
}

TEST(Completions, HaveAScriptForEachShell) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    EXPECT_NE(completion_script(shell).find("completion complete"), std::string_view::npos);
  }
  EXPECT_EQ(completion_script("tcsh"), "");
}

}  // namespace
}  // namespace mega
