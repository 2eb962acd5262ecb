#include "server/options.h"

#include "server/data_folder.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace mega {
namespace {

Result<ServerOptions> options_of(const SettingFlags& flags) {
  const auto settings = Settings::load({.flags = flags});
  if (!settings) return fail(settings.error());
  return read_options(*settings);
}

TEST(ServerOptions, HaveTheDefaultsOfTheDocuments) {
  const auto options = options_of({});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->folder, "/var/lib/mega/server");
  ASSERT_EQ(options->listen.size(), 1u);
  EXPECT_EQ(to_text(options->listen[0]), "127.0.0.1:1104");
  EXPECT_EQ(options->legacy.role, Role::reader);
  EXPECT_TRUE(options->legacy.allow.contains("127.0.0.1"));
  EXPECT_TRUE(options->legacy.allow.contains("::1"));
  EXPECT_FALSE(options->legacy.allow.contains("10.0.0.1"));
  EXPECT_TRUE(options->legacy_functions.empty());
  EXPECT_TRUE(options->rules.empty());
  EXPECT_EQ(options->limits.frame_bytes_max, 64u << 20);
  EXPECT_EQ(options->limits.idle_time.count(), 0);
  EXPECT_GE(options->workers, 2);
}

TEST(ServerOptions, TakeWhatTheSettingsSay) {
  const auto options = options_of(
      {{"data", {"/srv/mega"}},
       {"listen", {"127.0.0.1:0", "[::1]:99"}},
       {"legacy.allow", {"10.0.0.0/8"}},
       {"legacy.role", {"operator"}},
       {"legacy.functions", {"get_server", "get_all_instance"}},
       {"rules", {"deploy may call get_server or search", "reader may not call get_audit"}},
       {"limits.frame", {"1MiB"}},
       {"limits.frame_time", {"1500ms"}},
       {"limits.connections", {"7"}},
       {"workers", {"3"}}});
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->folder, "/srv/mega");
  ASSERT_EQ(options->listen.size(), 2u);
  EXPECT_EQ(to_text(options->listen[1]), "[::1]:99");
  EXPECT_TRUE(options->legacy.allow.contains("10.1.2.3"));
  EXPECT_FALSE(options->legacy.allow.contains("127.0.0.1"));
  EXPECT_EQ(options->legacy.role, Role::operator_);
  EXPECT_EQ(options->legacy_functions, (std::set<std::string>{"get_all_instance", "get_server"}));
  ASSERT_EQ(options->rules.size(), 2u);
  EXPECT_EQ(options->rules[0].functions, (std::vector<std::string>{"get_server", "search"}));
  EXPECT_EQ(options->limits.frame_bytes_max, 1u << 20);
  EXPECT_EQ(options->limits.frame_time.count(), 1500);
  EXPECT_EQ(options->limits.connections_max, 7);
  EXPECT_EQ(options->workers, 3);
}

TEST(ServerOptions, NameTheSettingThatIsWrong) {
  const struct {
    const char* setting;
    const char* value;
    Errc code;
    const char* told;
  } cases[] = {
      {"listen", "db1:1104", Errc::invalid_argument, "\"db1:1104\""},
      {"legacy.allow", "10.0.0.0/99", Errc::invalid_argument, "0 to 32"},
      {"legacy.role", "admin", Errc::invalid_argument, "admin"},
      {"legacy.functions", "get_servr", Errc::invalid_argument, "'get_server'"},
      {"rules", "reader may not call get_servr", Errc::invalid_argument, "rules: the rule"},
      {"rules", "reader may not call get_servr", Errc::invalid_argument, "'get_server'"},
      {"rules", "reader may not call get_server with ipp=1", Errc::invalid_argument, "'ip'"},
      {"rules", "reader should not call search", Errc::invalid_argument, "\"may\" is missing"},
      {"rules", "reader may not call get_server, search", Errc::invalid_argument, "\"or\""},
      {"limits.connections", "0", Errc::invalid_argument, "1"},
      {"limits.frame", "lots", Errc::invalid_argument, "lots"},
      {"store", "oracle", Errc::invalid_argument, "sqlite"},
      {"workers", "-1", Errc::invalid_argument, "workers"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(testing::Message() << c.setting << " = " << c.value);
    const auto options = options_of({{c.setting, {c.value}}});
    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().code, c.code);
    const std::string& message = options.error().message;
    EXPECT_NE(message.find(c.told), std::string::npos) << message;
  }
}

TEST(ServerOptions, TellWhetherTheNumberOfConnectionsWasAskedFor) {
  EXPECT_FALSE(options_of({})->connections_set);
  EXPECT_TRUE(options_of({{"limits.connections", {"20000"}}})->connections_set);
}

TEST(ServerOptions, TakeAFolderFromWhereTheyAreGiven) {
  const auto here = std::filesystem::current_path();
  EXPECT_EQ(options_of({{"data", {"site"}}})->folder, here / "site");
  EXPECT_EQ(options_of({{"data", {"./a/../site"}}})->folder, here / "site");
  EXPECT_EQ(options_of({{"data", {"/srv/./mega"}}})->folder, "/srv/./mega");
}

TEST(ServerWarnings, AreOfARuleWhoseWhoIsNearToARole) {
  const auto warned = [](const char* text, bool known) {
    return warnings_of_names({parse_rule(text).value()},
                             [known](std::string_view) { return known; });
  };
  const auto warnings = warned("operater may not call search", false);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("did you mean 'operator'?"), std::string::npos) << warnings[0];
  EXPECT_TRUE(warned("operater may not call search", true).empty()) << "somebody is called so";
  for (const char* fine : {"operator", "deploy", "*", "operate*", "db1"}) {
    EXPECT_TRUE(warned((fine + std::string(" may not call search")).c_str(), false).empty())
        << fine;
  }
}

TEST(ServerOptions, FindTheSocketInTheFolder) {
  const auto settings = Settings::load({.flags = {{"data", {"/srv/mega"}}}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(socket_path(*settings), "/srv/mega/mega.sock");
}

}  // namespace
}  // namespace mega
