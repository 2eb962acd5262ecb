// Shared by making and reading backups (backup.h).
#pragma once

#include "access/store/authority.h"
#include "base/result.h"
#include "keeping/backup.h"
#include "sql/connection.h"
#include "sql/selection.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace mega {

// Files of the data folder that belong to the store.
inline constexpr std::array authority_files{ca_key_file, ca_certificate_file, server_key_file,
                                            server_certificate_file};
inline constexpr std::size_t authority_file_bytes_max = 64 << 10;
inline constexpr std::int64_t secret_mode = 0600;

// The file's name in a backup: "tls/ca.key".
std::string backup_name(const char* authority_file);

// A file in progress; deleted by the destructor, with SQLite's files beside it, unless keep()
// was called.
class Unfinished {
 public:
  // Errors: those of the system call.
  static Result<Unfinished> create(const std::string& path);
  // Under a unique name, as another process may be making the same file.
  static Result<Unfinished> create_beside(const std::string& path);
  static Unfinished adopt(const std::string& path) { return Unfinished(path); }
  ~Unfinished();
  Unfinished(Unfinished&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Unfinished& operator=(Unfinished&&) = delete;

  const std::string& path() const { return path_; }
  void keep() { path_.clear(); }

 private:
  explicit Unfinished(std::string path) : path_(std::move(path)) {}
  static Result<Unfinished> opened(int fd, const std::string& path);
  static void remove_all(const std::string& path);
  std::string path_;
};

// -1: no such file.
std::int64_t bytes_of(const std::string& path);
bool exists(const std::string& path);

// Prefixes the error with the file's name, unless its message already has that.
Failure about(const std::string& file, Error error);

}  // namespace mega
