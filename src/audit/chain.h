// The audit as a chain: each row carries a hash over the row before it and itself, so that whoever
// changes, removes or inserts one breaks the chain there.
//
//   hash := chain_hash( hash of the row before, fields )       trust/chain.h
//   fields := id time who door peer function args before after result
//
// Numbers are decimal text, time is seconds since 1970. `before` and `after` are empty when there
// is none, else '=' and the text, so that none and empty differ. The hash before the first row of
// all is empty; ids have no gaps. What a chain cannot show by itself is that its last rows were
// removed: whoever keeps a head elsewhere can. Pure.
//
// What is asked of the audit, and what it answers.
//
// A chain of records by hash: whoever changes, removes or inserts one breaks every hash behind it.
//
//   hash := hex of SHA-256( previous hash, then for each field its length as decimal text, ':', the
//   field )
//
// The hash before the first record is the empty text.
#pragma once

#include "base/clock.h"
#include "value/value.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mega {

// Which rows; what is not set selects all.
struct AuditFilter {
  std::optional<Time> since{}, until{};  // from that second on; before that second
  std::string who{}, function{}, door{};
  std::string peer{};    // whole, or what stands before its port or pid: "10.0.0.7", "uid=0"
  std::string result{};  // "done", or the kind of a refusal: "not_allowed", "refused"
  bool refused = false;  // refusals only
  std::string text{};    // in arguments, before, after or result, ignoring case
  std::int64_t limit = 0;
};

// How far a chain of audit rows holds.
struct AuditCheck {
  std::int64_t rows = 0;                   // that hold
  std::int64_t first_id = 0, last_id = 0;  // of these; 0: none
  std::string previous{};                  // the hash before the first of them
  std::string hash{};                      // of the last of them: the head
  std::optional<std::int64_t> broken{};    // the first row that does not hold
  std::string why{};                       // a sentence about it
};

// What was moved into a file.
struct AuditArchive {
  std::int64_t rows = 0;  // 0: nothing was old enough, and there is no file
  std::int64_t first_id = 0, last_id = 0;
  std::string hash{};  // of the last one
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

// The last row of a chain, whose hash goes into the next. 0 and "": there is none.
struct ChainHead {
  std::int64_t id = 0;
  std::string hash;
};

// What the row's hash has to be.
std::string hash_of(const AuditRow& row, std::string_view previous);

// One line of JSON without a line break, and back. nullopt: the text is no such line.
std::string to_json_line(const AuditRow& row);
std::optional<AuditRow> audit_row_from(std::string_view json);

// Checks rows one after the other.
class ChainCheck {
 public:
  // Begins behind that row.
  explicit ChainCheck(const ChainHead& before);

  // False when the chain is broken there; nothing is added after that.
  bool add(const AuditRow& row);
  // For what is not even a row of the right shape.
  void break_at(std::int64_t id, std::string why);

  const AuditCheck& result() const { return result_; }
  std::int64_t next_id() const { return next_id_; }

 private:
  AuditCheck result_;
  std::int64_t next_id_;
};

}  // namespace mega
