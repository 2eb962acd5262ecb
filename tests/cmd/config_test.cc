#include "base/settings.h"

#include "base/text.h"
#include "cmd/command_line.h"
#include "tests/support/scratch.h"

#include <gtest/gtest.h>

#include <set>

namespace mega {
namespace {

const Setting<std::int64_t> secret{"probe.hidden", 0, "N", "A secret", {.secret = true}};
const Setting<std::string> awkward{"probe.text", "a \"b\" \\ 中", "TEXT", "A text"};
const Setting<std::vector<std::string>> several{"probe.list", {"a", "b"}, "TEXT", "A list"};

// What the command printed; the error's text when it failed.
struct Outcome {
  Result<void> result;
  std::string out;
};

Outcome run(const std::vector<std::string>& words) {
  testing::internal::CaptureStdout();
  auto result = run_command_line(words);
  return {std::move(result), testing::internal::GetCapturedStdout()};
}

TEST(ConfigCommand, ShowsEachSettingWithItsOrigin) {
  const Scratch folder;
  const std::string file = folder.write("a.conf", "log_level = \"debug\"\n");
  const auto [result, out] = run({"config", "--config", file});
  ASSERT_TRUE(result.has_value()) << result.error().message;
  std::size_t found = 0;
  for (const std::string_view line : split(out, '\n')) {
    const std::string_view name = line.substr(0, line.find(' '));
    if (name == "log_level") {
      ++found;
      EXPECT_NE(line.find(" debug "), std::string_view::npos) << line;
      EXPECT_TRUE(line.ends_with(file + ":1")) << line;
    }
    if (name == "log_files_max") {
      ++found;
      EXPECT_NE(line.find(" 5 "), std::string_view::npos) << line;
      EXPECT_TRUE(line.ends_with("  default")) << line;
    }
  }
  EXPECT_EQ(found, 2u);
  for (const SettingInfo* info : Registered<SettingInfo>::all()) {
    EXPECT_NE(("\n" + out).find("\n" + info->name + " "), std::string::npos) << info->name;
  }
}

// Dots and underscores are the same in flags and variables, so names that differ must differ there.
TEST(AllSettings, HaveFlagsAndVariablesOfTheirOwn) {
  std::set<std::string> flags, variables;
  for (const SettingInfo* info : Registered<SettingInfo>::all()) {
    EXPECT_TRUE(variables.insert(environment_name(*info)).second) << info->name;
    for (const std::string& command : info->rules.flag_of) {
      EXPECT_TRUE(flags.insert(command + flag_name(*info)).second) << info->name;
      EXPECT_TRUE(find_command(command)) << info->name;
    }
  }
}

TEST(ConfigCommand, HidesSecrets) {
  const Scratch folder;
  const std::string file = folder.write("a.conf", "[probe]\nhidden = 4711\n");
  const auto [result, out] = run({"config", "--config", file});
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(out.find("4711"), std::string::npos);
  EXPECT_NE(out.find("********"), std::string::npos);
}

TEST(ConfigCommand, GetsOneValueForScripts) {
  const Scratch folder;
  const std::string file = folder.write("a.conf", "log_file_name = \"/x/a b.log\"\n");
  const auto [result, out] = run({"config", "--config", file, "get", "log_file_name"});
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_EQ(out, "/x/a b.log\n");
}

TEST(ConfigCommand, SaysWhichSettingWasMeant) {
  const Scratch folder;
  const std::string file = folder.write("a.conf", "");
  const auto [result, out] = run({"config", "--config", file, "get", "log_levle"});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Errc::not_found);
  EXPECT_EQ(result.error().message, "there is no setting \"log_levle\", did you mean 'log_level'?");
  EXPECT_EQ(out, "");
}

TEST(ConfigCommand, RefusesABrokenFileByLine) {
  const Scratch folder;
  const std::string file = folder.write("a.conf", "\nlog_levle = \"debug\"\n");
  const auto [result, out] = run({"config", "--config", file});
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().code, Errc::invalid_argument);
  EXPECT_EQ(result.error().message,
            file + ":2: there is no setting \"log_levle\", did you mean 'log_level'?");
  EXPECT_EQ(out, "");
}

TEST(ConfigCommand, ItsExampleSaysWhatTheDefaultsAre) {
  const auto [result, out] = run({"config", "example"});
  ASSERT_TRUE(result.has_value());
  // The same file with each default in force.
  std::string text;
  for (const std::string_view line : split(out, '\n')) {
    const bool is_setting = line.starts_with('#') && !line.starts_with("# ");
    text += std::string(is_setting ? line.substr(1) : line) + "\n";
  }
  const Scratch folder;
  const auto settings = Settings::load({.files = {folder.write("a.conf", text)}});
  ASSERT_TRUE(settings.has_value()) << settings.error().message;
  for (const SettingInfo* info : Registered<SettingInfo>::all()) {
    SCOPED_TRACE(info->name);
    EXPECT_EQ(settings->origin(info->name)->value, info->fallback);
    EXPECT_NE(settings->origin(info->name)->place, "default");
  }
}

}  // namespace
}  // namespace mega
