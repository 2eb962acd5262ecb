#include "tasks/agent/journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

namespace mega {
namespace {

using Event = JournalEntry::Event;

constexpr Logger logger{"journal"};

constexpr mode_t only_owner = 0600;  // output of scripts may hold secrets

JournalEntry started_entry(const Journal::Interrupted& order) {
  return {.event = Event::started, .id = order.id, .time = order.started, .what = order.what};
}

JournalEntry process_entry(const std::string& id, const ProcessMark& process) {
  return {.event = Event::process, .id = id, .process = process};
}

void drop_output(TaskOutcome& outcome) {
  outcome.output_cut = outcome.output_cut || !outcome.output.empty();
  outcome.errors_cut = outcome.errors_cut || !outcome.errors.empty();
  outcome.output.clear();
  outcome.errors.clear();
}

// Writes all bytes at that offset. Returns 0 or the errno.
int write_at(int file, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::uint64_t>(written);
  }
  return 0;
}

}  // namespace

Journal::Journal(std::string path, const Clock& clock, const JournalLimits& limits)
    : path_(std::move(path)), clock_(clock), limits_(limits) {}

Result<std::unique_ptr<Journal>> Journal::open(const std::string& path, const Clock& clock,
                                               const JournalLimits& limits) {
  std::unique_ptr<Journal> journal(new Journal(path, clock, limits));
  if (auto opened = journal->open_file(); !opened) return fail(opened.error());
  if (auto loaded = journal->load(); !loaded) return fail(loaded.error());
  // Start in spite of a full disk: the existing journal is readable.
  if (auto rewritten = journal->rewrite(); !rewritten) logger.warn("{}", rewritten.error().message);
  return journal;
}

Result<void> Journal::open_file() {
  file_ = Descriptor(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, only_owner));
  if (!file_) return fail(system_error("open", path_, errno));
  return {};
}

Result<void> Journal::load() {
  JournalReader reader;
  std::array<char, 64 << 10> chunk;
  std::uint64_t offset = 0;
  for (;;) {
    const ssize_t got = ::pread(*file_, chunk.data(), chunk.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(system_error("read", path_, errno));
    if (got == 0) break;
    offset += static_cast<std::uint64_t>(got);
    reader.feed({chunk.data(), static_cast<std::size_t>(got)});
    while (const auto line = reader.next()) learn(*line);
  }
  bytes_ = reader.whole_bytes();
  if (bytes_ == offset) return {};
  logger.warn("{} ends in the middle of a line: {} bytes are dropped", path_, offset - bytes_);
  if (::ftruncate(*file_, static_cast<off_t>(bytes_)) != 0) {
    return fail(system_error("truncate", path_, errno));
  }
  return {};
}

void Journal::learn(const JournalReader::Line& line) {
  if (!line.entry) {
    logger.error("{} at byte {}: {}", path_, line.offset, line.entry.error().message);
    return;
  }
  const JournalEntry& entry = *line.entry;
  switch (entry.event) {
    case Event::started:
      if (!ended_.contains(entry.id)) {
        running_[entry.id] = {entry.id, entry.what, entry.time, {}};
      }
      break;
    case Event::process:
      if (const auto order = running_.find(entry.id); order != running_.end()) {
        order->second.process = entry.process;
      }
      break;
    case Event::ended:
      running_.erase(entry.id);
      ended_[entry.id] = {entry.time, line.offset, line.bytes};
      break;
  }
}

std::vector<Journal::Interrupted> Journal::interrupted() const {
  std::vector<Interrupted> orders;
  for (const auto& [id, order] : running_) orders.push_back(order);
  std::ranges::sort(orders, {},
                    [](const auto& order) { return std::pair(order.started, order.id); });
  return orders;
}

Result<std::optional<TaskOutcome>> Journal::outcome(const std::string& id) const {
  if (running_.contains(id)) return std::optional<TaskOutcome>();
  const auto found = ended_.find(id);
  if (found == ended_.end()) return fail(Errc::not_found, "no task {} was started here", id);
  if (found->second.unwritten) return found->second.unwritten;
  auto entry = read_line(found->second);
  if (!entry) return fail(entry.error());
  return std::move(entry->outcome);
}

Result<void> Journal::start(const std::vector<Interrupted>& orders) {
  std::string lines;
  for (const Interrupted& order : orders) lines += write_journal_line(started_entry(order));
  if (auto written = append(lines, true); !written) return written;
  for (const Interrupted& order : orders) running_[order.id] = order;
  return {};
}

void Journal::note_process(const std::string& id, const ProcessMark& process) {
  const auto order = running_.find(id);
  if (order == running_.end()) return;
  order->second.process = process;
  if (auto written = append(write_journal_line(process_entry(id, process)), false); !written) {
    logger.warn("{}", written.error().message);
  }
}

Result<void> Journal::end(const std::string& id, const TaskOutcome& outcome) {
  JournalEntry entry{.event = Event::ended, .id = id, .time = clock_.now(), .outcome = outcome};
  std::string line = write_journal_line(entry);
  Ended ended{entry.time, bytes_, line.size()};
  auto written = append(line, true);
  if (!written) {
    drop_output(*entry.outcome);
    line = write_journal_line(entry);
    ended.bytes = line.size();
    ended.unwritten = outcome;
    if (auto without = append(line, true); without) {
      written = {};
    } else {
      ended.bytes = 0;
    }
  }
  running_.erase(id);
  ended_[id] = std::move(ended);
  if (bytes_ > rewrite_at_bytes_) {
    if (auto rewritten = rewrite(); !rewritten) logger.warn("{}", rewritten.error().message);
  }
  return written;
}

// After an error the file is unchanged.
Result<void> Journal::append(std::string_view lines, bool sync) {
  int error = write_at(*file_, lines, bytes_);
  if (error == 0 && sync && ::fdatasync(*file_) != 0) error = errno;
  if (error == 0) {
    bytes_ += lines.size();
    return {};
  }
  if (::ftruncate(*file_, static_cast<off_t>(bytes_)) != 0) {
    logger.error("{}", system_error("truncate", path_, errno).message);
  }
  return fail(system_error("write", path_, error));
}

Result<JournalEntry> Journal::read_line(const Ended& ended) const {
  std::string line(ended.bytes, '\0');
  const ssize_t got = ::pread(*file_, line.data(), line.size(), static_cast<off_t>(ended.offset));
  if (got < 0) return fail(system_error("read", path_, errno));
  if (static_cast<std::size_t>(got) != line.size() || !line.ends_with('\n')) {
    return fail(Errc::corrupt, "{} was changed by somebody else", path_);
  }
  line.pop_back();
  return parse_journal_line(line);
}

// If the line was damaged meanwhile, returns `lost`, so that the id stays known as started.
TaskOutcome Journal::whole_outcome(const std::string& id, const Ended& ended) const {
  if (ended.unwritten) return *ended.unwritten;
  auto entry = read_line(ended);
  if (entry && entry->outcome) return std::move(*entry->outcome);
  logger.error("{}: the outcome of {} cannot be read", path_, id);
  return {.reason = "its line in the journal of the host is damaged"};
}

std::vector<const std::pair<const std::string, Journal::Ended>*> Journal::newest_first() const {
  std::vector<const std::pair<const std::string, Ended>*> all;
  for (const auto& one : ended_) all.push_back(&one);
  std::ranges::sort(all, [](const auto* a, const auto* b) {
    return std::pair(a->second.time, a->second.offset) >
           std::pair(b->second.time, b->second.offset);
  });
  return all;
}

void Journal::forget_old() {
  const std::int64_t oldest = clock_.now().seconds - limits_.keep_ids.count();
  std::erase_if(ended_, [&](const auto& one) { return one.second.time.seconds < oldest; });
  if (ended_.size() <= limits_.ids_max) return;
  const auto all = newest_first();
  std::vector<std::string> forgotten;
  for (std::size_t i = limits_.ids_max; i < all.size(); ++i) forgotten.push_back(all[i]->first);
  for (const std::string& id : forgotten) ended_.erase(id);
}

// Replaces the file by one that holds only entries still needed.
Result<void> Journal::rewrite() {
  forget_old();
  std::string text;
  for (const auto& [id, order] : running_) {
    text += write_journal_line(started_entry(order));
    if (order.process.pid != 0) text += write_journal_line(process_entry(id, order.process));
  }
  const std::int64_t whole_since = clock_.now().seconds - limits_.keep_outcomes.count();
  std::unordered_map<std::string, Ended> moved;
  for (const auto* one : newest_first()) {
    const auto& [id, ended] = *one;
    JournalEntry entry{.event = Event::ended, .id = id, .time = ended.time};
    entry.outcome = whole_outcome(id, ended);
    if (ended.time.seconds < whole_since || text.size() > limits_.bytes_max / 2) {
      drop_output(*entry.outcome);
    }
    const std::string line = write_journal_line(entry);
    moved[id] = {ended.time, text.size(), line.size()};
    text += line;
  }
  if (auto written = write_file(path_, text, only_owner); !written) {
    rewrite_at_bytes_ = 2 * bytes_;
    return written;
  }
  if (auto opened = open_file(); !opened) return opened;
  bytes_ = text.size();
  rewrite_at_bytes_ = std::max(limits_.bytes_max, 2 * bytes_);
  for (auto& [id, ended] : moved) ended_[id] = std::move(ended);
  return {};
}

}  // namespace mega
