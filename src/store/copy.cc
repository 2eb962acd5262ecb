// Copies of the store beside it, for who may not open it while a server has it (backup.h).
#include "base/file.h"
#include "store/folder.h"
#include "store/parts.h"
#include "store/store.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace mega {

Result<std::string> Store::copy_beside() const {
  if (parts_->file.empty()) {
    return fail(Errc::refused, "a store in memory has nothing beside it");
  }
  std::string path = parts_->file + copy_infix + "XXXXXX";
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);  // for its owner alone
  if (fd < 0) return fail(system_error("write", path, errno));
  ::close(fd);
  auto target = SqliteConnection::open(path, SqliteMode::read_write);
  auto copied = target ? (*target)->copy_from(*parts_->connections.read()) : fail(target.error());
  // A copy has the header of a store with a log, which it has not.
  if (copied) copied = (*target)->run_script("PRAGMA journal_mode = DELETE");
  if (copied) return path;
  ::unlink(path.c_str());
  return fail(copied.error());
}

void remove_copies(const std::string& folder) {
  const std::string prefix = std::string(store_file_name) + copy_infix;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().filename().string().starts_with(prefix)) ::unlink(entry.path().c_str());
  }
}

}  // namespace mega
