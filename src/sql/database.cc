// Opening, creating and closing a Store; what it is as a whole.
#include "sql/database.h"

#include "base/file.h"
#include "audit/audit_store.h"
#include "keeping/backup.h"
#include "base/data_folder.h"
#include "audit/writing.h"
#include "sql/migrations.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace mega {
namespace {

// Above this size the check at open would take seconds; a larger store is checked when it is backed
// up, and what is damaged shows when it is read.
constexpr std::int64_t checked_bytes_max = 64 << 20;

// Bytes of the file; -1: there is none.
std::int64_t file_bytes(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? static_cast<std::int64_t>(facts.st_size) : -1;
}

// Adds what to do to what went wrong with the file.
Error advise(const std::string& file, Error error) {
  if (!error.message.starts_with(file)) error.message = file + ": " + error.message;
  if (error.code == Errc::corrupt) {
    error.message += "; restore a backup with mega server restore, or move the file away";
  }
  return error;
}

// A new store comes into being under another name and is renamed when it is whole, so that an empty
// mega.db is always one that lost its content and never a start that was cut short.
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
  if (auto given = give_to_owner(made, folder); !given) return given;
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

Result<std::int64_t> number(Connection& connection, std::string_view sql) {
  auto cursor = connection.select(sql);
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  return cursor->integer(0);
}

// Reads from every table once. A name in the schema that damage or a hand has changed shows here,
// not with the first caller.
Result<void> prove_readable(const Store& store) {
  for (const char* what : {"server", "instance", "database"}) {
    if (auto rows = store.search(what, "", State::all, 1); !rows) return fail(rows.error());
  }
  for (const auto& rows :
       {store.owners(), store.businesses(), store.audit(1), store.certificates(State::all, 1),
        store.tasks(State::all, 1), store.task_log(0, 1), store.schedules(State::all, 1),
        store.schedule_runs(0, 1)}) {
    if (!rows) return fail(rows.error());
  }
  return {};
}

Result<void> prove_archives_readable(Connection& connection) {
  if (auto head = archived_head(connection); !head) return fail(head.error());
  return {};
}

}  // namespace

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::~Store() {
  if (parts_) (void)write_heartbeats();  // on a full disk they are lost, and the next ones are not
}

Result<std::unique_ptr<Store>> Store::open(const StoreOptions& options, const Clock& clock) {
  const std::string file = path_in(options.folder, store_file_name);
  if (auto finished = finish_restore(options.folder); !finished) return fail(finished.error());
  remove_copies(options.folder);
  if (auto usable = refuse_remains(file); !usable) return fail(advise(file, usable.error()));
  if (file_bytes(file) < 0) {
    if (auto created = create(options.folder, file); !created) return fail(created.error());
  }
  auto writer = open_writer(file);
  if (!writer) return fail(advise(file, writer.error()));
  std::vector<std::unique_ptr<SqliteConnection>> readers;
  for (int i = 0; i < options.readers; ++i) {
    auto reader = SqliteConnection::open(file, SqliteMode::read_only);
    if (!reader) return fail(advise(file, reader.error()));
    readers.push_back(std::move(*reader));
  }
  std::unique_ptr<Store> store(new Store(std::unique_ptr<Parts>(
      new Parts{clock, file, Connections(std::move(*writer), std::move(readers))})));
  auto read = prove_readable(*store);
  if (read) read = prove_archives_readable(*store->parts_->connections.read());
  if (!read) {
    Error error = read.error();
    if (error.code == Errc::internal)
      error.code = Errc::corrupt;  // our SQL is right: the tables differ
    return fail(advise(file, std::move(error)));
  }
  return store;
}

Result<std::unique_ptr<Store>> Store::open_in_memory(const Clock& clock) {
  auto writer = SqliteConnection::open(":memory:", SqliteMode::create);
  if (!writer) return fail(writer.error());
  if (auto migrated = migrate(**writer); !migrated) return fail(migrated.error());
  return std::unique_ptr<Store>(
      new Store(std::unique_ptr<Parts>(new Parts{clock, "", Connections(std::move(*writer), {})})));
}

Result<StoreFacts> Store::facts() const {
  const auto lease = parts_->connections.read();
  StoreFacts facts;
  const struct {
    std::int64_t& into;
    std::string_view sql;
  } counts[] = {{facts.servers, "SELECT count(*) FROM server"},
                {facts.instances, "SELECT count(*) FROM instance"},
                {facts.databases, "SELECT count(*) FROM `databases`"},
                {facts.certificates, "SELECT count(*) FROM certificate"}};
  for (const auto& count : counts) {
    const auto found = number(*lease, count.sql);
    if (!found) return fail(found.error());
    count.into = *found;
  }
  const auto schema = schema_of(*lease);
  if (!schema) return fail(schema.error());
  facts.schema = *schema;
  for (const std::string& name : {parts_->file, parts_->file + "-wal"}) {
    if (!parts_->file.empty()) facts.bytes += std::max<std::int64_t>(file_bytes(name), 0);
  }
  return facts;
}

}  // namespace mega
