// The audit as a hash chain: each row has a hash over itself and the hash of the row before, so
// that changing, removing or inserting a row breaks the chain there.
//
//   hash := hex of SHA-256( hash of the row before,
//                           then for each field its length as decimal text, ':', the field )
//   fields := id time who door peer function args before after result
//
// Numbers are decimal text, time is seconds since 1970. `before` and `after` are empty when absent,
// else '=' and the text, so that absent and empty text differ. The hash before the first row is the
// empty text; ids have no gaps. The chain alone does not show that its last rows were removed; a
// copy of the head hash kept elsewhere does. Pure.
//
// Also the filter and the results of AuditStore (audit_store.h).
#pragma once

#include "base/clock.h"
#include "value/value.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mega {

// Selects audit rows; an unset member matches all.
struct AuditFilter {
  std::optional<Time> since{}, until{};  // from that second on; before that second
  std::string who{}, function{}, door{};
  std::string peer{};    // whole, or the part before its port or pid: "10.0.0.7", "uid=0"
  std::string result{};  // "done", "scheduled", or the kind of a refusal: "not_allowed"
  bool refused = false;  // refusals only
  std::string text{};    // in arguments, before, after or result, ignoring case
  std::int64_t limit = 0;
};

// The result of verifying a chain of audit rows.
struct AuditCheck {
  std::int64_t rows = 0;                   // rows that are intact
  std::int64_t first_id = 0, last_id = 0;  // of the intact rows; 0: none
  std::string previous{};                  // the hash before the first intact row
  std::string hash{};                      // of the last intact row: the head
  std::optional<std::int64_t> broken{};    // the first row that is not intact
  std::string why{};                       // a sentence about the broken row
};

// The rows that were moved into a file.
struct AuditArchive {
  std::int64_t rows = 0;  // 0: no row was old enough, and no file was written
  std::int64_t first_id = 0, last_id = 0;
  std::string hash{};  // of the last row
  std::string file{};
};

std::string chain_hash(std::string_view previous, std::span<const std::string> fields);

struct AuditRow {
  std::int64_t id = 0;
  Time time;
  std::string who, door, peer, function, args;
  std::optional<std::string> before, after;
  std::string result;
  std::string hash;

  friend bool operator==(const AuditRow&, const AuditRow&) = default;
};

// The last row of a chain; its hash goes into the next row. 0 and "": no row.
struct ChainHead {
  std::int64_t id = 0;
  std::string hash;
};

// The hash that the row must have.
std::string hash_of(const AuditRow& row, std::string_view previous);

// One line of JSON, and its inverse. nullopt: the text is not such a line.
std::string to_json_line(const AuditRow& row);
std::optional<AuditRow> audit_row_from(std::string_view json);

// Verifies rows one after the other.
class ChainCheck {
 public:
  // Starts behind that row.
  explicit ChainCheck(const ChainHead& before);

  // False when the chain is broken at that row; nothing is added after that.
  bool add(const AuditRow& row);
  // Reports a row that cannot be parsed.
  void break_at(std::int64_t id, std::string why);

  const AuditCheck& result() const { return result_; }
  std::int64_t next_id() const { return next_id_; }

 private:
  AuditCheck result_;
  std::int64_t next_id_;
};

}  // namespace mega
