#include "base/settings.h"

#include <gtest/gtest.h>

#include "tests/support/other_user.h"
#include "tests/support/scratch.h"
#include "tests/support/variable.h"

#include <filesystem>

namespace mega {
namespace {

using std::chrono::milliseconds;
using List = std::vector<std::string>;

const Setting<std::string> text_setting{"probe.name", "nobody", "NAME", "A text"};
const Setting<List> list_setting{"probe.allow", {"127.0.0.1"}, "NETWORK", "A list"};
const Setting<std::int64_t> integer_setting{
    "probe_count", 3, "N", "An integer", {.min = 1, .max = 100}};
const Setting<ByteCount> bytes_setting{"probe_size", {64 << 20}, "BYTES", "A size", {.min = 1024}};
const Setting<milliseconds> duration_setting{
    "probe_keepalive", milliseconds(300'000), "TIME", "A length of time", {.max = 86'400'000}};
const Setting<bool> flag_setting{"probe_verbose", false, "", "A flag"};
const Setting<std::string> choice_setting{
    "probe_level", "info", "LEVEL", "A choice", {.choices = {"debug", "info"}}};
const Setting<std::int64_t> secret_setting{"probe_secret", 0, "N", "A secret", {.secret = true}};

// The settings out of one file with this text.
class FromFile {
 public:
  explicit FromFile(std::string_view text)
      : file(folder_.write("mega.conf", text)), settings(Settings::load({.files = {file}})) {}

 private:
  Scratch folder_;

 public:
  std::string file;
  Result<Settings> settings;
};

TEST(Settings, HaveTheirDefaultsWhenNobodySpeaks) {
  const auto settings = Settings::load({});
  ASSERT_TRUE(settings.has_value());
  EXPECT_EQ((*settings)[text_setting], "nobody");
  EXPECT_EQ((*settings)[list_setting], List{"127.0.0.1"});
  EXPECT_EQ((*settings)[integer_setting], 3);
  EXPECT_EQ((*settings)[bytes_setting], ByteCount{64 << 20});
  EXPECT_EQ((*settings)[duration_setting], milliseconds(300'000));
  EXPECT_EQ((*settings)[flag_setting], false);
  EXPECT_EQ((*settings)[choice_setting], "info");
  EXPECT_EQ(settings->origin("probe_keepalive")->place, "default");
  EXPECT_EQ(settings->origin("probe_keepalive")->value, "5m");
  EXPECT_EQ(settings->origin("probe_keepalives"), nullptr);
}

TEST(Settings, HaveOneNameInEveryPlace) {
  for (const SettingInfo* info : Registered<SettingInfo>::all()) {
    if (info->name == "probe.name") {
      EXPECT_EQ(flag_name(*info), "--probe-name");
      EXPECT_EQ(environment_name(*info), "MEGA_PROBE_NAME");
    }
    if (info->name == "probe_keepalive") {
      EXPECT_EQ(flag_name(*info), "--probe-keepalive");
      EXPECT_EQ(environment_name(*info), "MEGA_PROBE_KEEPALIVE");
    }
  }
}

TEST(Settings, TheFirstPlaceThatSpeaksWins) {
  const Scratch folder;
  const std::string mine = folder.write("mine.conf", "[probe]\nname = \"mine\"\n");
  const std::string site = folder.write("site.conf", "probe_count = 9\n[probe]\nname = \"site\"\n");
  SettingSources sources{.files = {mine, site}};

  auto settings = Settings::load(sources);
  EXPECT_EQ((*settings)[text_setting], "mine");
  EXPECT_EQ(settings->origin("probe.name")->place, mine + ":2");
  EXPECT_EQ((*settings)[integer_setting], 9);
  EXPECT_EQ(settings->origin("probe_count")->place, site + ":1");

  sources.environment = {{"MEGA_PROBE_NAME", "variable"}, {"HOME", "/"}};
  settings = Settings::load(sources);
  EXPECT_EQ((*settings)[text_setting], "variable");
  EXPECT_EQ(settings->origin("probe.name")->place, "environment MEGA_PROBE_NAME");

  sources.flags = {{"probe.name", {"first", "flag"}}};
  settings = Settings::load(sources);
  EXPECT_EQ((*settings)[text_setting], "flag");
  EXPECT_EQ(settings->origin("probe.name")->place, "flag --probe-name");
}

TEST(Settings, ReadEveryKindOutOfAFile) {
  const FromFile from(R"(# a comment
probe_count = 100
probe_size = "2KiB"
probe_keepalive = "10m"   # or 600
probe_verbose = true
probe_level = "debug"

[probe]
name = "主库"
allow = ["10.0.0.0/8",
         "192.168.0.0/16"]
)");
  ASSERT_TRUE(from.settings.has_value()) << from.settings.error().message;
  const Settings& settings = *from.settings;
  EXPECT_EQ(settings[integer_setting], 100);
  EXPECT_EQ(settings[bytes_setting], ByteCount{2048});
  EXPECT_EQ(settings[duration_setting], milliseconds(600'000));
  EXPECT_EQ(settings[flag_setting], true);
  EXPECT_EQ(settings[choice_setting], "debug");
  EXPECT_EQ(settings[text_setting], "主库");
  EXPECT_EQ(settings[list_setting], (List{"10.0.0.0/8", "192.168.0.0/16"}));
  EXPECT_EQ(settings.origin("probe.allow")->value, "10.0.0.0/8,192.168.0.0/16");
  EXPECT_EQ(settings.origin("probe.allow")->place, from.file + ":10");
}

TEST(Settings, TakeShortFormsInAFile) {
  const FromFile from("probe_size = 4096\nprobe_keepalive = 60\nprobe.allow = \"a, b\"\n");
  ASSERT_TRUE(from.settings.has_value()) << from.settings.error().message;
  EXPECT_EQ((*from.settings)[bytes_setting], ByteCount{4096});
  EXPECT_EQ((*from.settings)[duration_setting], milliseconds(60'000));
  EXPECT_EQ((*from.settings)[list_setting], (List{"a", "b"}));
}

TEST(Settings, ARepeatedFlagAddsToAList) {
  const auto settings = Settings::load({.flags = {{"probe.allow", {"a,b", "c"}}}});
  EXPECT_EQ((*settings)[list_setting], (List{"a", "b", "c"}));
}

TEST(Settings, SayWhatIsWrongInAFileAndWhere) {
  const struct {
    const char* name;
    std::string text;
    std::string message;  // behind the file's name
  } cases[] = {
      {"unknown, near", "probe_cuont = 1",
       ":1: there is no setting \"probe_cuont\", did you mean 'probe_count'?"},
      {"unknown in a section", "\n[probe]\nalow = []",
       ":3: there is no setting \"probe.alow\", did you mean 'probe.allow'?"},
      {"unknown, far", "\n\nzzzz = 1", ":3: there is no setting \"zzzz\""},
      {"unknown section", "[prob]\nname = \"a\"",
       ":2: there is no setting \"prob.name\", did you mean 'probe.name'?"},
      {"a section in a section", "[probe.name.x]\ny = 1",
       ":1: \"probe.name.x\" is a name in a section within a section"},
      {"a number for a text", "[probe]\nname = 5", ":2: probe.name: want a text in quotes"},
      {"a text for a number", "probe_count = \"5\"",
       ":1: probe_count: want a whole number, without quotes"},
      {"a fraction", "probe_count = 1.5",
       ":1: want a text in quotes, a whole number, true, false or a list of texts, found \"1.5\""},
      {"too small", "probe_count = 0", ":1: probe_count: want at least 1, not 0"},
      {"too large", "probe_count = 101", ":1: probe_count: want at most 100, not 101"},
      {"too few bytes", "probe_size = 12", ":1: probe_size: want at least 1KiB, not 12"},
      {"too long", "probe_keepalive = \"2d\"", ":1: probe_keepalive: want at most 1d, not 2d"},
      {"no duration", "probe_keepalive = \"2x\"",
       ":1: probe_keepalive: want a length of time like 300 (seconds), 1500ms, 300s, 10m, 12h or "
       "7d, not \"2x\""},
      {"negative duration", "probe_keepalive = -1",
       ":1: probe_keepalive: want a length of time like 300 (seconds), 1500ms, 300s, 10m, 12h or "
       "7d, not \"-1\""},
      {"a flag in quotes", "probe_verbose = \"true\"",
       ":1: probe_verbose: want true or false, without quotes"},
      {"a list for a text", "probe_level = [\"info\"]", ":1: probe_level: want a text in quotes"},
      {"a list of numbers", "[probe]\nallow = [1]",
       ":2: want a text in quotes or ] in a list, found \"1]\""},
      {"a flag for a list", "[probe]\nallow = true",
       ":2: probe.allow: want a list of texts, like [\"a\", \"b\"]"},
      {"a comma in an element", "[probe]\nallow = [\"a,b\"]",
       ":2: probe.allow: want no comma within an element"},
      {"no choice", "probe_level = \"debgu\"",
       ":1: probe_level: want one of debug, info, not \"debgu\", did you mean 'debug'?"},
      {"a secret is not shown", "probe_secret = \"hunter2\"",
       ":1: probe_secret: want a whole number, without quotes"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const FromFile from(c.text);
    ASSERT_FALSE(from.settings.has_value());
    EXPECT_EQ(from.settings.error().code, Errc::invalid_argument);
    EXPECT_EQ(from.settings.error().message, from.file + c.message);
  }
}

TEST(Settings, NameTheLineOfWhatIsNoToml) {
  for (const std::string text :
       {"\n\nname = ", "\n\nname", "\n\n[probe", "\n\na = \"\xff\"", "\na = 1\na = 2"}) {
    SCOPED_TRACE(text);
    const FromFile from(text);
    ASSERT_FALSE(from.settings.has_value());
    EXPECT_EQ(from.settings.error().code, Errc::invalid_argument);
    EXPECT_TRUE(from.settings.error().message.starts_with(from.file + ":3: "))
        << from.settings.error().message;
    EXPECT_EQ(from.settings.error().message.find('\n'), std::string::npos);
  }
}

TEST(Settings, SayWhatIsWrongInTheEnvironment) {
  const struct {
    const char* name;
    std::string variable;
    std::string value;
    std::string message;
  } cases[] = {
      {"unknown, near", "MEGA_PROBE_CUONT", "1",
       "environment: there is no setting for MEGA_PROBE_CUONT, did you mean 'MEGA_PROBE_COUNT'?"},
      {"unknown, far", "MEGA_ZZZZ", "1", "environment: there is no setting for MEGA_ZZZZ"},
      {"no number", "MEGA_PROBE_COUNT", "many",
       "environment MEGA_PROBE_COUNT: probe_count: want a whole number, not \"many\""},
      {"empty", "MEGA_PROBE_COUNT", "",
       "environment MEGA_PROBE_COUNT: probe_count: want a whole number, not \"\""},
      {"a secret is not shown", "MEGA_PROBE_SECRET", "hunter2",
       "environment MEGA_PROBE_SECRET: probe_secret: the value is none it can have"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto settings = Settings::load({.environment = {{c.variable, c.value}}});
    ASSERT_FALSE(settings.has_value());
    EXPECT_EQ(settings.error().code, Errc::invalid_argument);
    EXPECT_EQ(settings.error().message, c.message);
  }
}

TEST(Settings, LeaveOtherVariablesAlone) {
  EXPECT_TRUE(Settings::load({.environment = {{"MEGA_CONFIG", "x"},
                                              {"MEGA_BINARY", "x"},
                                              {"MEGA_UPDATE_GOLDEN", "1"},
                                              {"MEGA_TEST_SEED", "1"},
                                              {"MEGABYTES", "x"},
                                              {"mega_zzzz", "x"}}})
                  .has_value());
}

TEST(Settings, SayWhatIsWrongInAFlag) {
  const auto wrong = Settings::load({.flags = {{"probe_count", {"x"}}}});
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().message,
            "flag --probe-count: probe_count: want a whole number, not \"x\"");
  const auto unknown = Settings::load({.flags = {{"probe_coun", {"1"}}}});
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().message,
            "flag: there is no setting \"probe_coun\", did you mean 'probe_count'?");
}

TEST(Settings, CheckWhatIsShadowedToo) {
  const Scratch folder;
  const std::string file = folder.write("mega.conf", "probe_count = 0");
  EXPECT_FALSE(Settings::load({.flags = {{"probe_count", {"5"}}}, .files = {file}}).has_value());
}

TEST(Settings, AMissingFileIsAnErrorOnlyWhenItWasNamed) {
  const Scratch folder;
  const std::string file = folder / "none.conf";
  EXPECT_TRUE(Settings::load({.files = {file}}).has_value());
  const auto named = Settings::load({.files = {file}, .files_must_exist = true});
  ASSERT_FALSE(named.has_value());
  EXPECT_EQ(named.error().message, "cannot read " + file + ": No such file or directory");
}

TEST(Settings, AFileThatCannotBeReadIsAnError) {
  const Scratch folder;
  const auto settings = Settings::load({.files = {folder / ""}});
  ASSERT_FALSE(settings.has_value());
  EXPECT_EQ(settings.error().message, "cannot read " + folder / "" + ": Is a directory");
}

TEST(Settings, AFileHasALimit) {
  const FromFile from(std::string((1 << 20) + 1, '#'));
  ASSERT_FALSE(from.settings.has_value());
  EXPECT_EQ(from.settings.error().message,
            "cannot read " + from.file + ": it has more than 1048576 bytes");
}

TEST(LoadSettings, LooksInTheUsersFolder) {
  const Scratch home;
  const Variable variable("HOME", home / "");
  std::filesystem::create_directories(home / ".config/mega");
  home.write(".config/mega/mega.conf", "probe_count = 7\n");
  const auto settings = load_settings({}, "");
  ASSERT_TRUE(settings.has_value()) << settings.error().message;
  EXPECT_EQ((*settings)[integer_setting], 7);
}

class LoadSettingsOfRoot : public OtherUsersPlace {};

TEST_F(LoadSettingsOfRoot, BelievesNoFileThatAnotherUserCouldHaveWritten) {
  const Variable variable("HOME", theirs);
  std::filesystem::create_directories(theirs + "/.config/mega");
  const std::string file = scratch.write("theirs/.config/mega/mega.conf", "probe_count = 7\n");
  EXPECT_NE((*load_settings({}, ""))[integer_setting], 7) << "in a folder of that user";
  EXPECT_EQ((*load_settings({}, file))[integer_setting], 7) << "named explicitly";
  ASSERT_EQ(::chown(theirs.c_str(), 0, 0), 0);
  EXPECT_EQ((*load_settings({}, ""))[integer_setting], 7);
  give_to_other(file);
  EXPECT_NE((*load_settings({}, ""))[integer_setting], 7) << "a file of that user";
}

TEST(LoadSettings, ANamedFileReplacesTheUsualOnes) {
  const Scratch home;
  const Variable variable("HOME", home / "");
  std::filesystem::create_directories(home / ".config/mega");
  home.write(".config/mega/mega.conf", "zzzz = 7\n");
  const std::string flag = home.write("flag.conf", "probe_count = 8\n");
  const Variable config("MEGA_CONFIG", home.write("variable.conf", "probe_count = 9\n"));
  EXPECT_EQ((*load_settings({}, flag))[integer_setting], 8);
  EXPECT_EQ((*load_settings({}, ""))[integer_setting], 9);
  EXPECT_FALSE(load_settings({}, home / "none.conf").has_value());
}

}  // namespace
}  // namespace mega
