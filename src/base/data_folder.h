// The server's data folder: the names of its files, and the lock that the serving process holds.
// Root works in the folder of another user as that user (base/as_owner.h): each function that opens
// the folder's files does so.
#pragma once

#include "base/result.h"

#include <string>

namespace mega {

inline constexpr const char* store_file_name = "mega.db";
inline constexpr const char* copy_infix = ".copy-";  // mega.db.copy-..., see keeping/backup.h
inline constexpr const char* lock_file_name = "server.lock";
inline constexpr const char* authority_folder_name = "tls";           // access/store/authority.h
inline constexpr const char* staged_authority_name = "tls.restored";  // keeping/backup.h
inline constexpr const char* staged_store_name = "mega.db.restored";  // keeping/backup.h

// folder + "/" + name, with one slash between.
std::string path_in(const std::string& folder, const std::string& name);
std::string folder_of(const std::string& path);

// Syncs the folder of `path`, so that a new name in it survives a crash. Errors: failed.
Result<void> sync_folder_of(const std::string& path);

// Creates the data folder and its parents unless it exists. Only the owner has access (0700),
// because the folder holds the store and the log. Errors: failed.
Result<void> make_data_folder(const std::string& folder);

// Renames within one folder, replacing an existing file. The file and its new name are on disk when
// it returns; a crash leaves the old file or the new one. Errors: failed.
Result<void> rename_synced(const std::string& from, const std::string& to);

// Creates a folder of mode 0700 that survives a crash; does nothing if it exists. Errors: failed.
Result<void> make_private_folder(const std::string& path);

// Held while a server runs on the folder, or while its store is replaced. An flock: the kernel
// releases it when the process ends for any reason, so a leftover file locks nothing.
class FolderLock {
 public:
  // Errors: refused when a process holds the lock (the message has its pid); not_found when the
  // folder does not exist; failed when it is not writable.
  static Result<FolderLock> acquire(const std::string& folder);

  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace mega
