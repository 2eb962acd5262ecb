// copy_store, as its callers see it. The copies themselves: backup_test.cc.
#include "sql/sqlite.h"
#include "tests/support/api_fixture.h"
#include "tests/support/scratch.h"

#include <sys/stat.h>

#include <filesystem>

namespace mega {
namespace {

TEST(CopyStore, AnswersWithThePathOfACopy) {
  const Scratch folder;
  const FakeClock clock;
  const auto store = Store::open({.folder = folder.path()}, clock).value();
  ASSERT_TRUE(store->inventory.add_server({}, "10.0.0.1", {}));
  Api api{.clock = clock};
  api.services.add(*store->database);
  const auto ask = [&](const Caller& caller) {
    return dispatch(api, caller, {.id = 1, .function = "copy_store"}).result;
  };
  const auto path = ask(admin_caller());
  ASSERT_TRUE(path) << path.error().message;
  const std::string file = *path->as<std::string>();
  EXPECT_EQ(std::filesystem::path(file).parent_path(), folder.path());
  struct stat facts {};
  ASSERT_EQ(::stat(file.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600U);
  const auto copy = SqliteConnection::open(file, SqliteMode::read_only);
  ASSERT_TRUE(copy) << copy.error().message;
  auto row = (*copy)->select("SELECT ip FROM server");
  ASSERT_TRUE(row && row->next().value_or(false));
  EXPECT_EQ(row->text(0), "10.0.0.1");

  EXPECT_EQ(ask(operator_caller()).error().code, Errc::not_allowed);
}

}  // namespace
}  // namespace mega
