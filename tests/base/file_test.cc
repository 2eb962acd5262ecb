#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/support/scratch.h"

#include <filesystem>

namespace mega {
namespace {

using namespace std::string_literals;

TEST(ReadFile, GivesEveryByte) {
  const Scratch folder;
  std::string bytes;
  for (int i = 0; i < 200'000; ++i) bytes += static_cast<char>(i * 7);
  const std::string file = folder.write("a", bytes);
  EXPECT_EQ(read_file(file, 1 << 20).value(), bytes);
  EXPECT_EQ(read_file(folder.write("empty", ""), 0).value(), "");
}

TEST(ReadFile, KeepsToItsLimit) {
  const Scratch folder;
  const std::string file = folder.write("a", "12345");
  EXPECT_EQ(read_file(file, 5).value(), "12345");
  const auto refused = read_file(file, 4);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Errc::failed);
  EXPECT_EQ(refused.error().message, "cannot read " + file + ": it has more than 4 bytes");
  EXPECT_FALSE(read_file("/dev/zero", 1 << 20).has_value());
}

TEST(ReadFile, SaysWhyNot) {
  const Scratch folder;
  const auto missing = read_file(folder / "none", 10);
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, Errc::not_found);
  EXPECT_EQ(missing.error().message,
            "cannot read " + folder / "none" + ": No such file or directory");
  const auto below_a_file = read_file(folder.write("a", "") + "/b", 10);
  ASSERT_FALSE(below_a_file.has_value());
  EXPECT_EQ(below_a_file.error().code, Errc::not_found);
  const auto is_folder = read_file(folder / "", 10);
  ASSERT_FALSE(is_folder.has_value());
  EXPECT_EQ(is_folder.error().code, Errc::failed);
  const auto odd = read_file("/no\nsuch", 10);
  ASSERT_FALSE(odd.has_value());
  EXPECT_EQ(odd.error().message, "cannot read /no\\nsuch: No such file or directory");
}

TEST(WriteFile, ReplacesTheWholeAndLeavesNothingElse) {
  const Scratch folder;
  const std::string file = folder.write("a", "something longer than what comes");
  ASSERT_TRUE(write_file(file, "new\0bytes"s).has_value());
  EXPECT_EQ(folder.read("a"), "new\0bytes"s);
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(WriteFile, GivesTheModeWhateverTheUmask) {
  const Scratch folder;
  const mode_t before = ::umask(077);
  ASSERT_TRUE(write_file(folder / "open", "", 0644).has_value());
  ::umask(0);
  ASSERT_TRUE(write_file(folder / "secret", "", 0600).has_value());
  ::umask(before);
  struct stat info {};
  ASSERT_EQ(::stat((folder / "open").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0644u);
  ASSERT_EQ(::stat((folder / "secret").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600u);
}

TEST(WriteFile, ReplacesALinkAndNotWhatItPointsTo) {
  const Scratch folder;
  folder.write("target", "untouched");
  std::filesystem::create_symlink(folder / "target", folder / "link");
  ASSERT_TRUE(write_file(folder / "link", "new").has_value());
  EXPECT_EQ(folder.read("target"), "untouched");
  EXPECT_EQ(folder.read("link"), "new");
}

TEST(WriteFile, SaysWhyNotAndLeavesTheOldFile) {
  const Scratch folder;
  const auto no_folder = write_file(folder / "none/a", "x");
  ASSERT_FALSE(no_folder.has_value());
  EXPECT_EQ(no_folder.error().code, Errc::not_found);
  EXPECT_EQ(no_folder.error().message,
            "cannot write " + folder / "none/a" + ": No such file or directory");
  std::filesystem::create_directories(folder / "folder/inner");
  const auto a_folder = write_file(folder / "folder", "x");
  ASSERT_FALSE(a_folder.has_value());
  EXPECT_EQ(a_folder.error().message, "cannot write " + folder / "folder" + ": Is a directory");
  EXPECT_EQ(folder.entries(), 1u);
}

TEST(WriteFile, AFileSystemThatTakesNoFilesIsAnError) {
  const auto refused = write_file("/proc/mega-test", "x");
  ASSERT_FALSE(refused.has_value());
  EXPECT_TRUE(refused.error().message.starts_with("cannot write /proc/mega-test: "));
}

}  // namespace
}  // namespace mega
