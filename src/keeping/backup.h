// Backup and restore of all data of a server, as one file.
//
// A backup is a SQLite database: the tables of the store at one moment, and
//
//   backup_manifest (name, value)        version, schema, time, host, site, servers, instances,
//                                        databases
//   backup_file (name, mode, content)    files of the data folder that belong to the store: the
//                                        CA's (access/store/authority.h); restore() refuses
//                                        others
//
// so any SQLite tool can read it. It holds the CA's key, with which certificates for any name can
// be issued; its mode is 0600.
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
  std::string host;                                        // where it was made
  std::string site;                                        // of the CA; empty: no CA
  std::int64_t servers = 0, instances = 0, databases = 0;  // rows, including offline ones
  std::int64_t bytes = 0;                                  // of the file
};

// Copies the current store to a new file beside it, readable only by its owner; returns the path.
// The copy is one database without a log. The caller deletes it; otherwise remove_copies() does at
// the next start. Errors: failed (disk), refused for a store in memory.
Result<std::string> copy_beside(Database& database);

// Deletes copies left by earlier runs. Requires: the folder's lock is held.
void remove_copies(const std::string& folder);

// Called before the store is opened: completes an interrupted restore and deletes old copies.
// Requires: the folder's lock is held. Errors: as finish_restore().
Result<void> tidy_folder(const std::string& folder);

// Asks the server that runs on the folder, and holds its lock, for a copy of the store. Returns the
// path of the copy (copy_beside()), of which only the file name is used; back_up() deletes it.
using AskForCopy = std::function<Result<std::string>()>;

// Copies the store in `folder` to `file`, also while its server runs, and checks the copy. `file`
// appears complete or not at all; a link stays, and the file that it leads to is replaced. Root
// leaves no backup in the place of another user than the owner of `folder`. Errors: not_found when
// the folder holds no store; already_exists when the file exists and `overwrite` is false;
// not_allowed as told; refused for a FIFO, a device or a folder; corrupt when the store is damaged;
// failed (disk); refused when another process holds the store and `ask` is empty, else those of
// `ask`.
Result<BackupFacts> back_up(const std::string& folder, const std::string& file, bool overwrite,
                            const Clock& clock, const AskForCopy& ask = {});

// Reads all of a backup, checks it and returns its facts. Errors: not_found; corrupt for a file
// that is damaged or no backup; refused for a backup of a newer mega.
Result<BackupFacts> inspect_backup(const std::string& file);

struct Restored {
  BackupFacts backup;
  std::string former;  // path of the replaced store; empty: there was none
};

// Replaces the store in `folder` by the backup; makes the folder when it is missing, as on a new
// host. The server must be stopped. The former store and CA are kept beside the new ones, under
// names with the time. After an interruption at any point the folder holds the old store or the new
// one; the next start or restore completes it. Errors: as inspect_backup(); refused when a server
// runs on the folder, or the folder holds a store and `force` is false; failed (disk).
Result<Restored> restore(const std::string& file, const std::string& folder, bool force);

// Completes an interrupted restore; does nothing when there is none. Returns the path of the
// replaced store; empty: there was none. Requires: the folder's lock is held.
Result<std::string> finish_restore(const std::string& folder);

}  // namespace mega
