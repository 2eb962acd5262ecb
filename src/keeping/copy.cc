// Copies of the store beside it, for processes that may not open it while the server
// runs (backup.h).
#include "audit/writing.h"
#include "base/data_folder.h"
#include "base/file.h"
#include "keeping/backup.h"
#include "keeping/backup_parts.h"
#include "sql/database.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <filesystem>

namespace mega {

namespace {

// Age after which a copy is abandoned: its caller opens and unlinks it at once.
constexpr std::chrono::minutes fetched_within{10};

// Requires free space for two copies, so that the store itself can still grow.
Result<void> check_room(const std::string& file) {
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  std::error_code error;
  std::uintmax_t needed = 0;
  for (const char* part : {"", "-wal"}) {
    const auto bytes = std::filesystem::file_size(file + part, error);
    if (!error) needed += bytes;
  }
  const auto space = std::filesystem::space(folder, error);
  if (error || space.available / 2 >= needed) return {};
  return fail(Errc::failed,
              "{} has {} bytes of room; a copy of the store takes {}, and as many are to stay free",
              folder.string(), space.available, needed);
}

void remove_copies(const std::string& folder, std::chrono::minutes age) {
  const std::string prefix = std::string(store_file_name) + copy_infix;
  const auto until = std::filesystem::file_time_type::clock::now() - age;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (!entry.path().filename().string().starts_with(prefix)) continue;
    if (entry.last_write_time(error) <= until) ::unlink(entry.path().c_str());
  }
}

}  // namespace

Result<std::string> copy_beside(Database& database) {
  if (database.file().empty()) {
    return fail(Errc::refused, "a store in memory has nothing beside it");
  }
  remove_copies(std::filesystem::path(database.file()).parent_path(), fetched_within);
  if (auto room = check_room(database.file()); !room) return fail(room.error());
  std::string path = database.file() + copy_infix + "XXXXXX";
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);  // readable by its owner only
  if (fd < 0) return fail(system_error("write", path, errno));
  ::close(fd);
  auto unfinished = Unfinished::adopt(path);
  if (auto copied = database.read()->copy_to(path); !copied) return fail(copied.error());
  unfinished.keep();
  return path;
}

void remove_copies(const std::string& folder) {
  remove_copies(folder, std::chrono::minutes::zero());
}

Result<void> tidy_folder(const std::string& folder) {
  if (auto finished = finish_restore(folder); !finished) return fail(finished.error());
  remove_copies(folder);
  return {};
}

}  // namespace mega
