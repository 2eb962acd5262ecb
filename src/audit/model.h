// What is asked of the audit, and what it answers.
#pragma once

#include "base/clock.h"

#include <cstdint>
#include <optional>
#include <string>

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

}  // namespace mega
