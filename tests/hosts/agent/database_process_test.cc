#include "hosts/agent/database_process.h"

#include <gtest/gtest.h>

namespace mega {
namespace {

TEST(DatabaseProcess, IsKnownByItsProgram) {
  for (const char* name : {"mysqld", "mariadbd", "mysqld-debug", "mysqld-8.0"}) {
    EXPECT_TRUE(is_database_program(name)) << name;
  }
  for (const char* name : {"", "mysql", "mysqld_safe", "mysqld_exporter", "mysqldump", "mariadb",
                           "mysqlrouter", "xmysqld"}) {
    EXPECT_FALSE(is_database_program(name)) << name;
  }
}

TEST(DatabaseProcess, TellsItsOptions) {
  const std::vector<std::string> command{
      "/usr/sbin/mysqld",    "--datadir=/a",   "--port", "3307",
      "--skip_name-resolve", "--datadir=/b=c", "port=9", "--socket"};
  EXPECT_EQ(option_of(command, "datadir"), "/b=c");
  EXPECT_EQ(option_of(command, "port"), "3307");
  EXPECT_EQ(option_of(command, "socket"), std::nullopt);
  EXPECT_EQ(option_of(command, "data"), std::nullopt);
  EXPECT_EQ(option_of({"mysqld", "--pid_file=/x"}, "pid-file"), "/x");
  EXPECT_EQ(option_of({}, "port"), std::nullopt);
}

TEST(DatabaseProcess, TellsWhenItWasStarted) {
  const std::string behind =
      " S 1 2 3 0 -1 4 5 6 7 8 9 10 11 12 20 0 30 0 4711 1000 200 1844 1 1 0\n";
  const auto facts = parse_process_stat("17 (my) sqld)" + behind);
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->state, 'S');
  EXPECT_EQ(facts->start, 4711u);
  for (const std::string& text : {std::string(), std::string("17 (mysqld) S 1 2"), behind}) {
    EXPECT_FALSE(parse_process_stat(text)) << text;
  }
}

}  // namespace
}  // namespace mega
