#include "sql/store_file.h"

#include "sql/sqlite.h"

namespace mega {

Result<std::unique_ptr<Connection>> open_store_file(const std::string& path, StoreFileMode mode) {
  const auto as = mode == StoreFileMode::read_only ? SqliteMode::read_only : SqliteMode::read_write;
  auto opened = SqliteConnection::open(path, as);
  if (!opened) return fail(opened.error());
  return std::unique_ptr<Connection>(*std::move(opened));
}

}  // namespace mega
