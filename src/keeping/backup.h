// Backup and restore of all that a server keeps, as one file.
//
// A backup is a SQLite database: the tables of the store as they were at one moment, and
//
//   backup_manifest (name, value)        version, schema, time, host, site, servers, instances,
//                                        databases
//   backup_file (name, mode, content)    files of the data folder that belong to the store:
//                                        those of the CA (authority.h); a restore refuses
//                                        others
//
// so that anything that reads SQLite can look into it. It holds the CA's key: its mode is 0600, and
// its holder can impersonate any host or user of the site.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <cstdint>
#include <functional>
#include <string>

namespace mega {

class Database;

struct BackupFacts {
  std::string version;                                     // of the mega that made it
  std::int64_t schema = 0;                                 // number of its newest migration
  Time time;                                               // when it was made
  std::string host;                                        // where
  std::string site;                                        // its CA's; empty: it holds none
  std::int64_t servers = 0, instances = 0, databases = 0;  // rows, offline too
  std::int64_t bytes = 0;                                  // of the file
};

// Copies the store as it is now into a file beside it, for its owner alone; the file's path. The
// copy is one database without a log. The caller removes it; remove_copies() does so at the next
// start. Errors: failed (disk), refused for a store in memory.
Result<std::string> copy_beside(Database& database);

// Removes the copies that were not fetched. Requires: the folder's lock is held.
void remove_copies(const std::string& folder);

// Before the store is opened: finishes a restore that was cut short, removes old copies. Requires:
// the folder's lock is held. Errors: as finish_restore().
Result<void> tidy_folder(const std::string& folder);

// Asks the server that runs on a folder, and has its store to itself, for a copy of the store. The
// copy's path (copy_beside), of which the name counts; back_up removes it.
using AskForCopy = std::function<Result<std::string>()>;

// Copies the store in `folder` to `file`, while its server runs, too, and checks the copy. `file`
// comes into being whole, or not at all.
// Errors: not_found when the folder holds no store; already_exists when the file is there and
// `overwrite` was not asked for; corrupt when the store is damaged; failed (disk); refused when
// another process has the store and `ask` is empty, else those of `ask`.
Result<BackupFacts> back_up(const std::string& folder, const std::string& file, bool overwrite,
                            const Clock& clock, const AskForCopy& ask = {});

// Reads all of a backup and says what it is.
// Errors: not_found; corrupt for what is damaged or no backup; refused for what a newer mega made.
Result<BackupFacts> inspect_backup(const std::string& file);

struct Restored {
  BackupFacts backup;
  std::string former;  // where the store that was there is kept; empty: there was none
};

// Puts the backup in place of the store in `folder`, whose server must be stopped; makes the folder
// when it is not there, as on a new host. What was there is kept beside it under a name with the
// time, a former CA too. Cut short at any moment, the folder holds the old store or the new one;
// the next start or restore finishes what was begun. Errors: as inspect_backup; refused when a
// server runs on the folder, or it holds a store and `force` was not asked for; failed (disk).
Result<Restored> restore(const std::string& file, const std::string& folder, bool force);

// Finishes a restore that was cut short; does nothing when there is none. Where the former store is
// kept now; empty: there was none. Requires: the folder's lock is held.
Result<std::string> finish_restore(const std::string& folder);

}  // namespace mega
