// Journal: which orders this host has started, and what came of them, so that an order runs at most
// once whatever dies in between. DATA/tasks.journal; task/journal_text.h has its lines.
//
// That an order starts is on disk before it does. What the journal does not know was not started.
// Outcomes are kept whole for `keep_outcomes`, then without their output; an id is forgotten after
// `keep_ids`, or when there are `ids_max` newer ones. The file is rewritten when it is opened and
// when it has grown beyond `bytes_max`.
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

namespace mega {

struct JournalLimits {
  std::uint64_t bytes_max = 32 << 20;
  std::chrono::seconds keep_outcomes = std::chrono::hours(24 * 7);
  std::chrono::seconds keep_ids = std::chrono::hours(24 * 30);
  std::size_t ids_max = 20000;
};

class Journal {
 public:
  // Started before, and not known to have ended.
  struct Interrupted {
    std::string id;
    std::string what;
    Time started;
    ProcessMark process;
  };

  // Reads what is there, or begins a new one. The folder must exist; its lock is the caller's
  // matter. Damaged lines are logged and left out. Errors: failed (disk), not_allowed.
  static Result<std::unique_ptr<Journal>> open(const std::string& path, const Clock& clock,
                                               const JournalLimits& limits = {});

  // What was under way when the daemon ended, in the order of its start. The opener says
  // with end() what became of it.
  std::vector<Interrupted> interrupted() const;

  bool knows(const std::string& id) const { return running_.contains(id) || ended_.contains(id); }

  // nullopt: it has not ended. Errors: not_found; corrupt or failed when the file was changed.
  Result<std::optional<TaskOutcome>> outcome(const std::string& id) const;

  // These start now. On disk when it returns; after an error none of them may start, and the
  // journal is as it was.
  Result<void> start(const std::vector<Interrupted>& orders);

  // Which process one of them is. Not synced: it helps to tidy up after a crash of the daemon only.
  void note_process(const std::string& id, const ProcessMark& process);

  // On disk when it returns. On a full disk it is tried again without the output. After an error
  // the outcome is known as long as the daemon runs.
  Result<void> end(const std::string& id, const TaskOutcome& outcome);

  std::uint64_t bytes() const { return bytes_; }

 private:
  // Of an order that has ended.
  struct Ended {
    Time time;
    std::uint64_t offset = 0;  // of its line
    std::size_t bytes = 0;     // 0: could not be written
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
  std::uint64_t bytes_ = 0;  // good ones; nothing stands behind them
  std::uint64_t rewrite_at_bytes_ = 0;
  std::unordered_map<std::string, Interrupted> running_;
  std::unordered_map<std::string, Ended> ended_;
};

}  // namespace mega
