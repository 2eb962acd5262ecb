#include "cmd/inventory/output_file.h"

#include "base/descriptor.h"
#include "tests/support/other_user.h"

#include <fcntl.h>

#include <array>
#include <filesystem>

namespace mega {
namespace {

TEST(OutputFile, ReplacesARegularFileAndKeepsItsMode) {
  const Scratch folder;
  const std::string file = folder.write("a.csv", "longer than the new one\n");
  ASSERT_EQ(::chmod(file.c_str(), 0640), 0);
  ASSERT_TRUE(write_output_file(file, "new\n").has_value());
  EXPECT_EQ(folder.read("a.csv"), "new\n");
  EXPECT_EQ(mode_of(file), 0640u);
  ASSERT_TRUE(write_output_file(folder / "b.csv", "new\n").has_value());
  EXPECT_EQ(folder.read("b.csv"), "new\n");
}

TEST(OutputFile, ReplacesWhatALinkLeadsTo) {
  const Scratch folder;
  ASSERT_EQ(::symlink("a.csv", (folder / "link").c_str()), 0);
  const auto nowhere = write_output_file(folder / "link", "new\n");
  ASSERT_FALSE(nowhere.has_value());
  EXPECT_EQ(nowhere.error().code, Errc::not_found);
  folder.write("a.csv", "old\n");
  ASSERT_TRUE(write_output_file(folder / "link", "new\n").has_value());
  EXPECT_EQ(folder.read("a.csv"), "new\n");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
}

TEST(OutputFile, WritesIntoAFifo) {
  const Scratch folder;
  const std::string fifo = folder / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_FALSE(write_output_file(fifo, "text").has_value()) << "it has no reader";
  const Descriptor reader(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  ASSERT_TRUE(write_output_file(fifo, "text").has_value());
  std::array<char, 16> text{};
  EXPECT_EQ(::read(*reader, text.data(), text.size()), 4);
  EXPECT_TRUE(std::filesystem::is_fifo(fifo));
}

TEST(OutputFile, WritesIntoADevice) {
  EXPECT_TRUE(write_output_file("/dev/null", "text").has_value());
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

class OutputFileOfRoot : public OtherUsersPlace {};

TEST_F(OutputFileOfRoot, BelongsToTheOwnerOfItsFolder) {
  ASSERT_TRUE(write_output_file(theirs + "/a.csv", "new\n").has_value());
  EXPECT_EQ(owner_of(theirs + "/a.csv"), other_user);
}

TEST_F(OutputFileOfRoot, GoesNoFurtherThanTheOwnerOfALinkCould) {
  secret();
  EXPECT_FALSE(write_output_file(link(scratch / "secret"), "new\n").has_value());
  EXPECT_EQ(scratch.read("secret"), "of root\n");
  EXPECT_EQ(owner_of(scratch / "secret"), 0u);
}

}  // namespace
}  // namespace mega
