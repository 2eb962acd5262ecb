#include "sql/database.h"

#include "base/data_folder.h"
#include "base/file.h"
#include "sql/migrations.h"
#include "sql/sqlite.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace mega {
namespace {

// Above this size the check at open would take seconds. A larger store is checked when it is backed
// up; other damage shows when it is read.
constexpr std::int64_t checked_bytes_max = 64 << 20;

// Size of the file in bytes; -1: no such file.
std::int64_t file_bytes(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? static_cast<std::int64_t>(facts.st_size) : -1;
}

// Adds the file name and the remedy to the error.
Error advise(const std::string& file, Error error) {
  if (!error.message.starts_with(file)) error.message = file + ": " + error.message;
  if (error.code == Errc::corrupt) {
    error.message += "; restore a backup with mega server restore, or move the file away";
  }
  return error;
}

// Creates a new store under a temporary name and renames it when complete, so an empty mega.db
// always means lost content, never an interrupted start.
Result<void> create(const std::string& folder, const std::string& file) {
  const std::string made = file + ".new";
  ::unlink(made.c_str());
  const int fd = ::open(made.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) {
    const int why = errno;
    if (why == ENOENT) return fail(Errc::not_found, "there is no folder {}", folder);
    return fail(Errc::failed, "cannot write to {}: {}", folder, describe_errno(why));
  }
  ::close(fd);
  {
    auto connection = SqliteConnection::open(made, SqliteMode::create);
    if (!connection) return fail(connection.error());
    if (auto migrated = migrate(**connection); !migrated) return fail(migrated.error());
  }
  return rename_synced(made, file);
}

Result<void> refuse_remains(const std::string& file) {
  if (file_bytes(file) == 0) return fail(Errc::corrupt, "the file is empty");
  if (file_bytes(file) < 0 && file_bytes(file + "-wal") > 0) {
    return fail(Errc::corrupt, "the file is missing, but its log {}-wal is there", file);
  }
  return {};
}

Result<std::unique_ptr<SqliteConnection>> open_writer(const std::string& file) {
  auto connection = SqliteConnection::open(file, SqliteMode::read_write);
  if (!connection) return fail(connection.error());
  if (file_bytes(file) <= checked_bytes_max) {
    if (auto checked = (*connection)->check(false); !checked) return fail(checked.error());
  }
  if (auto wal = (*connection)->use_wal(); !wal) return fail(wal.error());
  if (auto migrated = migrate(**connection); !migrated) return fail(migrated.error());
  return connection;
}

// Reads from every table once, so that damaged or hand-edited names in the schema show here and not
// in the first call.
Result<void> prove_readable(Database& database) {
  for (const Schema* schema : Registered<Schema>::all()) {
    if (!schema->probe) continue;
    auto read = schema->probe(database);
    if (read) continue;
    Error error = read.error();
    if (error.code == Errc::internal)
      error.code = Errc::corrupt;  // the SQL is correct, so the tables differ
    return fail(std::move(error));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Database>> Database::open(const DatabaseOptions& options,
                                                 const Clock& clock) {
  const std::string file = path_in(options.folder, store_file_name);
  if (auto usable = refuse_remains(file); !usable) return fail(advise(file, usable.error()));
  if (file_bytes(file) < 0) {
    if (auto created = create(options.folder, file); !created) return fail(created.error());
  }
  auto writer = open_writer(file);
  if (!writer) return fail(advise(file, writer.error()));
  std::vector<std::unique_ptr<Connection>> readers;
  for (int i = 0; i < options.readers; ++i) {
    auto reader = SqliteConnection::open(file, SqliteMode::read_only);
    if (!reader) return fail(advise(file, reader.error()));
    readers.push_back(std::move(*reader));
  }
  std::unique_ptr<Database> database(
      new Database(clock, file, std::move(*writer), std::move(readers)));
  if (auto read = prove_readable(*database); !read) return fail(advise(file, read.error()));
  return database;
}

Result<std::unique_ptr<Database>> Database::open_in_memory(const Clock& clock) {
  auto writer = SqliteConnection::open(":memory:", SqliteMode::create);
  if (!writer) return fail(writer.error());
  if (auto migrated = migrate(**writer); !migrated) return fail(migrated.error());
  return std::unique_ptr<Database>(new Database(clock, "", std::move(*writer), {}));
}

Result<DatabaseFacts> Database::facts() {
  const auto lease = read();
  const auto schema = schema_of(*lease);
  if (!schema) return fail(schema.error());
  DatabaseFacts facts{.schema = *schema};
  for (const std::string& name : {file_, file_ + "-wal"}) {
    if (!file_.empty()) facts.bytes += std::max<std::int64_t>(file_bytes(name), 0);
  }
  return facts;
}

}  // namespace mega
