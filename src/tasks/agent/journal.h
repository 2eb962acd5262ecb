// Journal: the orders that this host has started and their outcomes, so that an order runs at most
// once, whatever fails in between. The file is DATA/tasks.journal in the format of
// tasks/format/journal_text.h.
//
// An order is written to disk before it starts; an order that is not in the journal was not
// started. Outcomes are kept whole for `keep_outcomes`, then without their output; an id is
// forgotten after `keep_ids`, or when there are `ids_max` newer ids. The file is rewritten when it
// is opened and when it has grown beyond `bytes_max`.
//
// Not thread-safe. Writing blocks: fdatasync.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/descriptor.h"
#include "base/result.h"
#include "tasks/format/journal_text.h"
#include "tasks/format/order.h"

namespace mega {

struct JournalLimits {
  std::uint64_t bytes_max = 32 << 20;
  std::chrono::seconds keep_outcomes = outcomes_kept;
  std::chrono::seconds keep_ids = std::chrono::hours(24 * 30);
  std::size_t ids_max = 20000;
};

class Journal {
 public:
  // An order that was started and is not known to have ended.
  struct Interrupted {
    std::string id;
    std::string what;
    Time started;
    ProcessMark process;
  };

  // Reads the file, or creates it. The folder must exist; the caller holds the folder's lock.
  // Damaged lines are logged and skipped. Errors: failed (disk), not_allowed.
  static Result<std::unique_ptr<Journal>> open(const std::string& path, const Clock& clock,
                                               const JournalLimits& limits = {});

  // Orders that were running when the daemon ended, in the order of their start. The caller of
  // open() must call end() for each.
  std::vector<Interrupted> interrupted() const;

  bool knows(const std::string& id) const { return running_.contains(id) || ended_.contains(id); }

  // nullopt: the order has not ended. Errors: not_found; corrupt or failed if the file was changed.
  Result<std::optional<TaskOutcome>> outcome(const std::string& id) const;

  // Records that these orders start now. On disk when it returns; after an error none of them may
  // start, and the journal is unchanged.
  Result<void> start(const std::vector<Interrupted>& orders);

  // Records the process of a started order. Not synced: used only for cleanup after a daemon crash.
  void note_process(const std::string& id, const ProcessMark& process);

  // Records the outcome. On disk when it returns. If the disk is full, retries without the output.
  // After an error the outcome is kept in memory only.
  Result<void> end(const std::string& id, const TaskOutcome& outcome);

  std::uint64_t bytes() const { return bytes_; }

 private:
  // The line of an order that has ended.
  struct Ended {
    Time time;
    std::uint64_t offset = 0;  // of its line
    std::size_t bytes = 0;     // 0: the line could not be written
    std::optional<TaskOutcome> unwritten{};
  };

  Journal(std::string path, const Clock& clock, const JournalLimits& limits);
  Result<void> open_file();
  Result<void> load();
  void learn(const JournalReader::Line& line);
  Result<void> append(std::string_view lines, bool sync);
  Result<void> rewrite();
  void forget_old();
  Result<JournalEntry> read_line(const Ended& ended) const;
  TaskOutcome whole_outcome(const std::string& id, const Ended& ended) const;
  std::vector<const std::pair<const std::string, Ended>*> newest_first() const;

  const std::string path_;
  const Clock& clock_;
  const JournalLimits limits_;
  Descriptor file_;
  std::uint64_t bytes_ = 0;  // size of the file; all of it valid
  std::uint64_t rewrite_at_bytes_ = 0;
  std::unordered_map<std::string, Interrupted> running_;
  std::unordered_map<std::string, Ended> ended_;
};

}  // namespace mega
