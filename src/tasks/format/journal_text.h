// The text of a daemon's journal: a line for each event, each with its own check sum.
//
//   line   := check " " json LF
//   check  := CRC-32 of the json, 8 hexadecimal digits
//
//   {"event":"started","id":"7/db1/1","time":1800000000,"what":"disk.sh"}
//   {"event":"process","id":"7/db1/1","pid":4711,"ticks":815,"boot":"5f0c.."}
//   {"event":"ended","id":"7/db1/1","time":1800000009,"outcome":{"state":"ok", ...}}
//
// A line that is damaged costs itself only. What stands behind the last LF was being written when
// the power went.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "tasks/format/order.h"

namespace mega {

// A process, told from another one that gets its number later.
struct ProcessMark {
  std::int64_t pid = 0;    // 0: none
  std::int64_t ticks = 0;  // when it started, since the machine did
  std::string boot;        // of which start of the machine

  friend bool operator==(const ProcessMark&, const ProcessMark&) = default;
};

struct JournalEntry {
  enum class Event { started, process, ended } event = Event::started;
  std::string id;
  Time time{};
  std::string what{};                    // started: for people
  ProcessMark process{};                 // process
  std::optional<TaskOutcome> outcome{};  // ended

  friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

std::string write_journal_line(const JournalEntry& entry);

// Without its LF. Errors: corrupt.
Result<JournalEntry> parse_journal_line(std::string_view line);

// Cuts a journal into lines.
class JournalReader {
 public:
  struct Line {
    std::uint64_t offset;
    std::size_t bytes;  // with its LF
    Result<JournalEntry> entry;
  };

  void feed(std::string_view bytes) { buffer_.append(bytes); }

  // The next whole line; nullopt until more bytes are fed.
  std::optional<Line> next();

  // Where the last whole line ended.
  std::uint64_t whole_bytes() const { return offset_; }

 private:
  std::string buffer_;
  std::size_t taken_ = 0;  // of the buffer
  std::uint64_t offset_ = 0;
};

}  // namespace mega
