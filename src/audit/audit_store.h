// The audit: which caller changed what, and which calls were refused. Each row is chained to the
// one before it (hash_chain.h); the oldest go into archives.
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
  // Walks the whole chain from where the archives end, row by row and in one snapshot: no writer
  // waits. `head`, unless empty, is the hash that an earlier check ended with and must be there
  // still. What is broken is a result; errors are those of the disk.
  Result<AuditCheck> verify_audit(const std::string& head = "") const;
  // A row for a call that was refused. `held_back`: how many before it got none.
  Result<void> add_refusal(const Author& author, const Error& why, std::int64_t held_back = 0);
  // Moves the oldest rows, up to the first that is not older than `before`, into a new file
  // (audit_archive.h): the file is on disk before the rows go. Cut short anywhere, the same call
  // again finishes it. Errors: invalid_argument for a relative path or a time to come;
  // already_exists for a file that holds something else; findings when the chain is broken, and
  // then nothing is moved; those of the disk.
  Result<AuditArchive> archive_audit(const Author& author, Time before, const std::string& file);

 private:
  Database& database_;
  mutable std::mutex archiving_;  // one archive at a time
};

}  // namespace mega
