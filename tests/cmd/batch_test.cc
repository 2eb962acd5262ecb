#include "cmd/batch.h"

#include "tests/support/scratch.h"

#include <gtest/gtest.h>

#include <fstream>

namespace mega {
namespace {

TEST(BatchLine, IsANameAndItsArguments) {
  const struct {
    const char* name;
    const char* line;
    const char* function;  // nullptr: nothing to call
    const char* arguments;
  } cases[] = {
      {"blank", "  \t", nullptr, ""},
      {"a comment", "# add_server ip=10.0.0.1", nullptr, ""},
      {"an indented comment", "   # x", nullptr, ""},
      {"a name alone", "main", "main", ""},
      {"words", "add_server ip=10.0.0.1 server_os=Debian", "add_server",
       "ip=10.0.0.1 server_os=Debian"},
      {"blanks around", "\tget_server   ip=10.0.0.1  ", "get_server", "ip=10.0.0.1"},
      {"a comment behind", "main # nothing", "main", ""},
      {"a number sign in a value", "mod_server ip=10.0.0.1 server_plant=rack#4", "mod_server",
       "ip=10.0.0.1 server_plant=rack#4"},
      {"a number sign in quotes", "mod_server '10.0.0.1',server_plant='rack #4' # moved",
       "mod_server", "'10.0.0.1',server_plant='rack #4'"},
      {"an escaped quote", "f 'it\\'s # in' # out", "f", "'it\\'s # in'"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.name);
    const auto line = parse_batch_line(c.line);
    ASSERT_TRUE(line) << line.error().message;
    ASSERT_EQ(line->has_value(), c.function != nullptr);
    if (!c.function) continue;
    EXPECT_EQ((*line)->function, c.function);
    EXPECT_EQ((*line)->arguments, c.arguments);
  }
}

TEST(BatchLine, BeginsWithAName) {
  const auto line = parse_batch_line("get_server(ip='10.0.0.1')");
  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, Errc::invalid_argument);
}

TEST(LineReader, GivesLinesAndTheirPlaces) {
  const Scratch scratch;
  const std::string path = scratch / "lines";
  std::ofstream(path) << "one\r\n\nthree";
  auto reader = LineReader::open(path);
  ASSERT_TRUE(reader);
  for (const char* want : {"one", "", "three"}) {
    const auto line = reader->next();
    ASSERT_TRUE(line && *line);
    EXPECT_EQ(**line, want);
  }
  EXPECT_EQ(reader->place(), path + ":3");
  EXPECT_EQ(reader->next().value(), std::nullopt);
}

TEST(LineReader, SkipsAByteOrderMark) {
  const Scratch scratch;
  const std::string path = scratch.write("lines", "\xef\xbb\xbfone\n\xef\xbb\xbftwo\n");
  auto reader = LineReader::open(path);
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->next().value(), "one");
  EXPECT_EQ(reader->next().value(), "\xef\xbb\xbftwo");
}

TEST(LineReader, NamesAFileThatIsNotThere) {
  const auto reader = LineReader::open("/nowhere/fleet.txt");
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, Errc::not_found);
  EXPECT_NE(reader.error().message.find("/nowhere/fleet.txt"), std::string::npos);
}

}  // namespace
}  // namespace mega
