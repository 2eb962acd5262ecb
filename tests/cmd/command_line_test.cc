#include "cmd/command_line.h"

#include "cmd/help_page.h"
#include "cmd/manual.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

// Every command, and those below it.
void each_parser(const std::function<void(const ArgumentParser&)>& look) {
  for (const Command* command : Registered<Command>::all()) {
    const Declared declared = declare(*command);
    look(*declared.parser);
    for (const ArgumentParser* sub : declared.parser->subcommands()) {
      if (!sub->is_hidden()) look(*sub);
    }
  }
}

TEST(Commands, HaveASummaryAndAnExampleThatNamesThem) {
  each_parser([](const ArgumentParser& parser) {
    const CommandText text = describe_command(parser);
    SCOPED_TRACE(text.name);
    EXPECT_FALSE(text.summary.empty());
    EXPECT_FALSE(text.summary.ends_with('.')) << text.summary;
    ASSERT_FALSE(text.examples.empty());
    EXPECT_NE(text.examples[0].find(text.name), std::string::npos) << text.examples[0];
  });
}

TEST(Commands, SayWhatEachFlagAndArgumentIsFor) {
  each_parser([](const ArgumentParser& parser) {
    const CommandText text = describe_command(parser);
    for (const auto* list : {&text.arguments, &text.flags, &text.common}) {
      for (const FlagText& flag : *list) {
        SCOPED_TRACE(text.name + " " + flag.name);
        EXPECT_FALSE(flag.about.empty());
      }
    }
  });
}

TEST(Commands, AnswerHelpWithTheirPageAndSuccess) {
  for (const Command* command : Registered<Command>::all()) {
    for (const char* flag : {"--help", "-h"}) {
      SCOPED_TRACE(std::string(command->name) + " " + flag);
      testing::internal::CaptureStdout();
      const auto done = run_command_line({std::string(command->name), flag});
      const std::string page = testing::internal::GetCapturedStdout();
      EXPECT_TRUE(done);
      EXPECT_NE(page.find("Usage: mega " + std::string(command->name)), std::string::npos) << page;
      EXPECT_EQ(page.find('\x1b'), std::string::npos);
    }
  }
}

TEST(Commands, HaveManualPages) {
  for (const Command* command : Registered<Command>::all()) {
    SCOPED_TRACE(command->name);
    const std::string page = manual_of(*command);
    for (const char* section : {".TH ", ".SH NAME\n", ".SH SYNOPSIS\n", ".SH EXAMPLES\n"}) {
      EXPECT_NE(page.find(section), std::string::npos) << section;
    }
    EXPECT_NE(manual_of_mega().find("mega\\-" + std::string(command->name)), std::string::npos);
  }
}

TEST(CommandLine, SaysWhatIsWrongAndWhatWasMeant) {
  const struct {
    const char* name;
    std::vector<std::string> words;
    const char* message;  // a part of it
  } cases[] = {
      {"no command", {}, "name a command"},
      {"an unknown command", {"frobnicate"}, "no command \"frobnicate\"; see mega --help"},
      {"a mistyped command", {"pnig"}, "did you mean 'ping'?"},
      {"a mistyped global flag", {"--verison"}, "did you mean '--version'?"},
      {"a global flag without its value", {"--config"}, "--config needs a FILE"},
      {"a mistyped flag",
       {"call", "main", "--ouput", "json"},
       "call has no flag --ouput, did you mean '--output'?"},
      {"a mistyped flag with a value", {"call", "--ouput=json", "main"}, "'--output'?"},
      {"a mistyped command below",
       {"inventory", "exprot"},
       "inventory has no command \"exprot\", did you mean 'export'?"},
      {"no command below", {"inventory"}, "needs a command: list, search, export, apply"},
      {"a flag of a command below", {"inventory", "apply", "--dryrun", "x.csv"}, "'--dry-run'?"},
      {"a required argument", {"inventory", "export"}, "inventory export: FILE is required"},
      {"too many arguments", {"ping", "now"}, "takes no further argument, but got \"now\""},
      {"a flag without its value",
       {"call", "main", "--output"},
       "call: --output needs a value, table|json|yaml|csv|python|raw; see"},
      {"a flag that is given twice",
       {"call", "main", "--time", "02:30", "--time", "03:30"},
       "call: --time is given more than once; see"},
      {"a cycle without a time", {"call", "main", "--cycle", "day"}, "go with --time"},
      {"a cycle of nothing", {"call", "main", "--time", "02:30", "--cycle", "0"}, "--cycle 0"},
      {"a word for a number", {"task", "show", "x"}, "task show: TASK takes a number, not \"x\""},
      {"a word for the number of a flag",
       {"run", "--nice", "low", "a.sh"},
       "run: --nice takes a number, not \"low\""},
      {"a value out of range",
       {"call", "main", "--type", "5"},
       "call: --type: Value 5 not in range"},
      {"a value that is none of the choices", {"call", "main", "-o", "jsn"}, "'json'?"},
      {"a file and a function", {"call", "main", "--batch", "f"}, "not both"},
      {"neither function nor file", {"call"}, "takes a FUNCTION or --batch FILE"},
      {"an unknown shell", {"completion", "tcsh"}, "one of bash, zsh, fish"},
      {"help of an unknown command", {"help", "pign"}, "did you mean 'ping'?"},
      {"help of an unknown command below", {"help", "inventory", "aply"}, "did you mean 'apply'?"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    testing::internal::CaptureStdout();
    const auto done = run_command_line(c.words);
    EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, Errc::invalid_argument);
    EXPECT_NE(done.error().message.find(c.message), std::string::npos) << done.error().message;
  }
}

TEST(CommandLine, TakesTheConfigFileBeforeAndBehindTheCommand) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--config", "/nowhere.conf", "ping"},
        {"--config=/nowhere.conf", "ping"},
        {"ping", "--config", "/nowhere.conf"}}) {
    const auto done = run_command_line(words);
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("/nowhere.conf"), std::string::npos)
        << done.error().message;
  }
}

}  // namespace
}  // namespace mega
