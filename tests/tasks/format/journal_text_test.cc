#include "tasks/format/journal_text.h"

#include <gtest/gtest.h>

#include <vector>

namespace mega {
namespace {

using Event = JournalEntry::Event;

std::vector<JournalEntry> examples() {
  return {
      {.event = Event::started, .id = "7/db1/1", .time = {1'800'000'000}, .what = "disk.sh"},
      {.event = Event::process, .id = "7/db1/1", .process = {4711, 815, "5f0c"}},
      {.event = Event::ended,
       .id = "7/db1/1",
       .time = {1'800'000'009},
       .outcome = TaskOutcome{.state = TaskState::ok, .exit_code = 0, .output = "a\nb\xff"}},
  };
}

TEST(JournalText, IsReadBackWhereverItIsCut) {
  std::string text;
  for (const auto& entry : examples()) text += write_journal_line(entry);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    SCOPED_TRACE(cut);
    JournalReader reader;
    std::vector<JournalEntry> read;
    std::uint64_t offset = 0;
    for (const auto& part : {text.substr(0, cut), text.substr(cut)}) {
      reader.feed(part);
      while (auto line = reader.next()) {
        ASSERT_TRUE(line->entry) << line->entry.error().message;
        read.push_back(*line->entry);
        EXPECT_EQ(line->offset, offset);
        offset += line->bytes;
      }
    }
    EXPECT_EQ(read, examples());
    EXPECT_EQ(reader.whole_bytes(), text.size());
  }
}

TEST(JournalText, HasTheCheckSumThatOtherProgramsCompute) {
  // python3 -c 'import zlib; print("%08x" % zlib.crc32(b"{\"event\":\"started\",\"id\":\"1\"}"))'
  EXPECT_EQ(write_journal_line({.id = "1"}), "a787d625 {\"event\":\"started\",\"id\":\"1\"}\n");
}

TEST(JournalText, DamagedAnywhereCostsThatLineOnly) {
  const std::string first = write_journal_line(examples()[0]);
  const std::string second = write_journal_line(examples()[1]);
  for (std::size_t at = 0; at + 1 < first.size(); ++at) {
    SCOPED_TRACE(at);
    std::string text = first + second;
    text[at] = static_cast<char>(text[at] ^ 1);
    JournalReader reader;
    reader.feed(text);
    std::vector<JournalEntry> read;
    while (auto line = reader.next()) {
      if (line->entry) read.push_back(*line->entry);
    }
    ASSERT_EQ(read.size(), 1u);
    EXPECT_EQ(read[0], examples()[1]);
  }
}

TEST(JournalText, TornAtItsEndTellsHowMuchIsWhole) {
  const std::string first = write_journal_line(examples()[0]);
  const std::string second = write_journal_line(examples()[2]);
  JournalReader reader;
  reader.feed(first + second.substr(0, second.size() - 1));
  EXPECT_TRUE(reader.next());
  EXPECT_FALSE(reader.next());
  EXPECT_EQ(reader.whole_bytes(), first.size());
}

TEST(JournalText, WithAnEndThatIsNoneIsDamaged) {
  JournalEntry no_outcome{.event = Event::ended, .id = "1"};
  std::string line = write_journal_line(no_outcome);
  line.pop_back();
  EXPECT_EQ(parse_journal_line(line).error().code, Errc::corrupt);
  EXPECT_FALSE(parse_journal_line(""));
  EXPECT_FALSE(parse_journal_line("00000000 "));
}

}  // namespace
}  // namespace mega
