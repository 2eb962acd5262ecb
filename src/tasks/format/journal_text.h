// The text of a daemon's journal: one line per event, each with its own checksum.
//
//   line   := check " " json LF
//   check  := CRC-32 of the json, 8 hexadecimal digits
//
//   {"event":"started","id":"7/db1/1","time":1800000000,"what":"disk.sh"}
//   {"event":"process","id":"7/db1/1","pid":4711,"ticks":815,"boot":"5f0c.."}
//   {"event":"ended","id":"7/db1/1","time":1800000009,"outcome":{"state":"ok", ...}}
//
// A damaged line does not affect other lines. Bytes after the last LF are an incomplete write, left
// by a power failure.
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

// Identifies a process even after its pid is used again.
struct ProcessMark {
  std::int64_t pid = 0;    // 0: none
  std::int64_t ticks = 0;  // start time in clock ticks since boot
  std::string boot;        // boot id of the machine

  friend bool operator==(const ProcessMark&, const ProcessMark&) = default;
};

struct JournalEntry {
  enum class Event { started, process, ended } event = Event::started;
  std::string id;
  Time time{};
  std::string what{};                    // started: the script or program, for display
  ProcessMark process{};                 // process
  std::optional<TaskOutcome> outcome{};  // ended

  friend bool operator==(const JournalEntry&, const JournalEntry&) = default;
};

std::string write_journal_line(const JournalEntry& entry);

// `line` is without its LF. Errors: corrupt.
Result<JournalEntry> parse_journal_line(std::string_view line);

// Splits a journal into lines.
class JournalReader {
 public:
  struct Line {
    std::uint64_t offset;
    std::size_t bytes;  // including the LF
    Result<JournalEntry> entry;
  };

  void feed(std::string_view bytes) { buffer_.append(bytes); }

  // The next complete line; nullopt until more bytes are fed.
  std::optional<Line> next();

  // The offset behind the last complete line.
  std::uint64_t whole_bytes() const { return offset_; }

 private:
  std::string buffer_;
  std::size_t taken_ = 0;  // bytes of buffer_ already returned
  std::uint64_t offset_ = 0;
};

}  // namespace mega
