// Database: mega's own store: one connection for writing and several for concurrent reading.
//
// A write that has returned is on disk (WAL, synchronous FULL). Each module defines its own rows
// and migrations (migrations.h); Database knows no table.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "sql/connections.h"

#include <cstdint>
#include <memory>
#include <string>

namespace mega {

struct DatabaseOptions {
  std::string folder;  // holds mega.db; must exist
  int readers = 4;     // concurrent read connections
};

struct DatabaseFacts {
  std::int64_t schema = 0;  // number of the newest migration applied
  std::int64_t bytes = 0;   // of the database and its log
};

// Thread-safe; every method may block.
class Database {
 public:
  // Opens or creates the store, migrates it to the newest schema, and reads from each table once.
  // The caller must hold the folder's lock (base/data_folder.h). Errors: not_found for a missing
  // folder, failed for one that cannot be written; corrupt for a damaged store; refused for a store
  // newer than this binary. Each names the file and the remedy.
  static Result<std::unique_ptr<Database>> open(const DatabaseOptions& options, const Clock& clock);
  // In memory, lost when closed: for tests.
  static Result<std::unique_ptr<Database>> open_in_memory(const Clock& clock);

  // A connection for the lifetime of the lease; waits for a free one.
  Connections::ReadLease read() { return connections_.read(); }
  Connections::WriteLease write() { return connections_.write(); }

  // As Connection::empty_log().
  Result<bool> empty_log() { return write()->empty_log(); }

  const Clock& clock() const { return clock_; }
  const std::string& file() const { return file_; }  // empty: in memory
  Result<DatabaseFacts> facts();

 private:
  Database(const Clock& clock, std::string file, std::unique_ptr<Connection> writer,
           std::vector<std::unique_ptr<Connection>> readers)
      : clock_(clock),
        file_(std::move(file)),
        connections_(std::move(writer), std::move(readers)) {}

  const Clock& clock_;
  const std::string file_;
  Connections connections_;
};

}  // namespace mega
