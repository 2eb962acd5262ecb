// The server's data folder: the names in it, and the lock of the process that serves it.
#pragma once

#include "base/result.h"

#include <string>

namespace mega {

inline constexpr const char* store_file_name = "mega.db";
inline constexpr const char* copy_infix = ".copy-";  // mega.db.copy-..., see Store::copy_beside
inline constexpr const char* lock_file_name = "server.lock";
inline constexpr const char* authority_folder_name = "tls";           // see authority.h
inline constexpr const char* staged_authority_name = "tls.restored";  // see backup.h
inline constexpr const char* staged_store_name = "mega.db.restored";  // see backup.h

// folder + "/" + name, with one slash between.
std::string path_in(const std::string& folder, const std::string& name);
std::string folder_of(const std::string& path);

// So that a new name in the path's folder survives a crash. Errors: failed.
Result<void> sync_folder_of(const std::string& path);

// Makes the data folder, and those above it, when it is not there. Only its owner may look into it:
// it holds what the store and the log hold. Errors: failed.
Result<void> make_data_folder(const std::string& folder);

// Renames within one folder, replacing what is there, so that the file and its new name are on disk
// when it returns: a crash leaves the old file or the new one. Errors: failed.
Result<void> rename_synced(const std::string& from, const std::string& to);

// Makes a folder that is there after a crash, for its owner alone; nothing when it is there
// already. Errors: failed.
Result<void> make_private_folder(const std::string& path);

// Root works in folders of the user that runs the server: a file that root made there is given to
// the folder's owner, who could not open it otherwise. Does nothing for anybody else. Errors:
// failed.
Result<void> give_to_owner(const std::string& path, const std::string& folder);

// Held while a server runs on the folder, or while its store is replaced. An flock: it ends with
// the process however that ends, so a file left behind locks nothing.
class FolderLock {
 public:
  // Errors: refused when a process holds it (its pid is named); not_found for a folder that is not
  // there; failed for one that may not be written.
  static Result<FolderLock> acquire(const std::string& folder);

  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace mega
