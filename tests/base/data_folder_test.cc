#include "base/data_folder.h"

#include "tests/inventory/store/fixture.h"

#include <sys/wait.h>
#include <unistd.h>

namespace mega {
namespace {

TEST(FolderLock, IsHeldByOneAtATime) {
  const Scratch folder;
  {
    const auto first = FolderLock::acquire(folder.path());
    ASSERT_TRUE(first) << error_of(first);
    EXPECT_EQ(error_of(FolderLock::acquire(folder.path())),
              "refused: " + folder.path() + " is in use by another mega process (pid " +
                  std::to_string(::getpid()) + ")");
  }
  EXPECT_TRUE(FolderLock::acquire(folder.path())) << "given back";
}

TEST(FolderLock, EndsWithTheProcessThatHeldIt) {
  const Scratch folder;
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = FolderLock::acquire(folder.path());
    ::_exit(lock ? 0 : 1);  // without giving it back
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_TRUE(FolderLock::acquire(folder.path()));
}

TEST(FolderLock, NamesAFolderThatIsNotThere) {
  EXPECT_EQ(error_of(FolderLock::acquire("/nonexistent/x")),
            "not_found: there is no folder /nonexistent/x");
}

TEST(FolderLock, DoesNotFollowALinkThatSomebodyPutThere) {
  const Scratch folder;
  ASSERT_EQ(::symlink((folder / "elsewhere").c_str(), (folder / lock_file_name).c_str()), 0);
  EXPECT_FALSE(FolderLock::acquire(folder.path()));
  EXPECT_EQ(folder.entries(), 1U) << "nothing was made where it points to";
}

}  // namespace
}  // namespace mega
