// AuditStore: the rows of the audit, which record each change with its caller, and each refused
// call. Each row is chained to the one before it (chain.h); the oldest rows are moved into
// archives (archive.h).
//
// Thread-safe; every method may block. Must not outlive the Database.
#pragma once

#include "audit/archive.h"
#include "audit/chain.h"
#include "base/clock.h"
#include "base/result.h"
#include "sql/database.h"
#include "trust/author.h"
#include "value/listing.h"
#include "value/value.h"

#include <cstdint>
#include <mutex>
#include <string>

namespace mega {

class AuditStore {
 public:
  explicit AuditStore(Database& database) : database_(database) {}

  // Newest first: id, time, who, door, peer, function, args, before, after, result, hash.
  Result<Rows> audit(const AuditFilter& filter, const RowParts* parts = nullptr) const;
  Result<Rows> audit(std::int64_t limit) const { return audit(AuditFilter{.limit = limit}); }
  // Verifies the whole chain from the end of the archives, row by row and in one snapshot, without
  // blocking writers. `head`, unless empty, is the final hash of an earlier check and must still
  // exist. A broken chain is a result; errors are those of the disk.
  Result<AuditCheck> verify_audit(const std::string& head = "") const;
  // Adds a row for a refused call. `held_back`: the number of earlier refusals without a row.
  Result<void> add_refusal(const Author& author, const Error& why, std::int64_t held_back = 0);
  // Moves the oldest rows, up to the first that is not older than `before`, into a new file
  // (archive.h). The file is on disk before the rows are deleted; after an interruption, repeating
  // the call completes it. Errors: invalid_argument for a relative path or a future time;
  // already_exists for a file with other content; findings when the chain is broken, and then
  // nothing is moved; those of the disk.
  Result<AuditArchive> archive_audit(const Author& author, Time before, const std::string& file);

 private:
  Database& database_;
  mutable std::mutex archiving_;  // one archive at a time
};

}  // namespace mega
