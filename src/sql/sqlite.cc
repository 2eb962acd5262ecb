#include "sql/sqlite.h"

#include "base/file.h"
#include "sql/dialect.h"

#include <sqlite3.h>

#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace mega {
namespace {

constexpr int busy_timeout_ms = 5000;

// SQLite reads tables in the order of CROSS JOIN; a write transaction keeps all other writers out.
constexpr DialectWord dialect[] = {
    {"identity", "INTEGER PRIMARY KEY AUTOINCREMENT"},
    {"ordered join", "CROSS JOIN"},
    {"locked", ""},
};

// The Errc for a result code of SQLite.
Errc errc_of(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Errc::unavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Errc::corrupt;
    case SQLITE_CONSTRAINT:
      return Errc::already_exists;
    case SQLITE_TOOBIG:
      return Errc::invalid_argument;
    case SQLITE_INTERRUPT:
      return Errc::timed_out;
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
      return Errc::internal;
    default:
      return Errc::failed;
  }
}

// SQLite's message; with errno's after "database or disk is full" and "disk I/O error".
std::string reason(sqlite3* db, int code) {
  std::string text = sqlite3_errmsg(db);
  const int system = sqlite3_system_errno(db);
  const int primary = code & 0xff;
  const bool from_system =
      primary == SQLITE_IOERR || primary == SQLITE_CANTOPEN || primary == SQLITE_FULL;
  if (from_system && system != 0) text += std::string(" (") + describe_errno(system) + ")";
  return text;
}

auto failure(sqlite3* db, const std::string& path, int code) {
  return fail(errc_of(code), "{}: {}", path, reason(db, code));
}

class SqliteStatement final : public Statement {
 public:
  SqliteStatement(sqlite3* db, const std::string& path, sqlite3_stmt* statement)
      : db_(db), path_(path), statement_(statement) {}
  ~SqliteStatement() override { sqlite3_finalize(statement_); }
  SqliteStatement(const SqliteStatement&) = delete;

  bool in_use() const { return in_use_; }

  Result<void> bind(SqlParameters parameters) {
    in_use_ = true;
    int index = 0;
    for (const SqlParameter& parameter : parameters) {
      const int code = bind_one(++index, parameter);
      if (code != SQLITE_OK) {
        finish();
        return failure(db_, path_, code);
      }
    }
    return {};
  }

  Result<bool> next() override {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return failure(db_, path_, code);
  }
  void finish() override {
    sqlite3_reset(statement_);  // repeats the last step's code, which was reported already
    sqlite3_clear_bindings(statement_);
    in_use_ = false;
  }
  int columns() const override { return sqlite3_column_count(statement_); }
  CellKind kind(int column) const override {
    switch (sqlite3_column_type(statement_, column)) {
      case SQLITE_INTEGER:
        return CellKind::integer;
      case SQLITE_FLOAT:
        return CellKind::real;
      case SQLITE_TEXT:
        return CellKind::text;
      case SQLITE_BLOB:
        return CellKind::bytes;
      default:
        return CellKind::none;
    }
  }
  std::int64_t integer(int column) const override {
    return sqlite3_column_int64(statement_, column);
  }
  double real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view text(int column) const override {
    // Calls sqlite3_column_blob() before sqlite3_column_bytes(): for text it does not convert, and
    // for a blob it is correct too.
    const void* data = sqlite3_column_blob(statement_, column);
    const int bytes = sqlite3_column_bytes(statement_, column);
    if (!data) return {};
    return {static_cast<const char*>(data), static_cast<std::size_t>(bytes)};
  }

 private:
  int bind_one(int index, const SqlParameter& parameter) {
    if (const auto* integer = std::get_if<std::int64_t>(&parameter)) {
      return sqlite3_bind_int64(statement_, index, *integer);
    }
    if (const auto* real = std::get_if<double>(&parameter)) {
      return sqlite3_bind_double(statement_, index, *real);
    }
    if (const auto* text = std::get_if<std::string_view>(&parameter)) {
      const char* data = text->data() ? text->data() : "";  // a null pointer would bind none
      return sqlite3_bind_text64(statement_, index, data, text->size(), SQLITE_TRANSIENT,
                                 SQLITE_UTF8);
    }
    if (const auto* blob = std::get_if<Blob>(&parameter)) {
      const char* data = blob->data.data() ? blob->data.data() : "";
      return sqlite3_bind_blob64(statement_, index, data, blob->data.size(), SQLITE_TRANSIENT);
    }
    return sqlite3_bind_null(statement_, index);
  }

  sqlite3* db_;
  const std::string& path_;
  sqlite3_stmt* statement_;
  bool in_use_ = false;
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

// Once per process, before the first connection: switches off memory statistics, whose lock every
// allocation of every connection would wait for.
void configure_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_initialize();
  });
}

}  // namespace

struct SqliteConnection::Parts {
  std::string path;  // for error messages
  sqlite3* db = nullptr;
  // All prepared statements, by their text. A second statement of the same text is prepared only
  // while the first is in use.
  std::unordered_map<std::string, std::vector<std::unique_ptr<SqliteStatement>>, TextHash,
                     std::equal_to<>>
      statements;

  ~Parts() {
    statements.clear();
    sqlite3_close(db);
  }

  Result<void> script(const char* sql) {
    const int code = sqlite3_exec(db, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return failure(db, path, code);
    return {};
  }
};

SqliteConnection::SqliteConnection(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqliteConnection::~SqliteConnection() = default;

Result<std::unique_ptr<SqliteConnection>> SqliteConnection::open(const std::string& path,
                                                                 SqliteMode mode) {
  configure_once();
  auto parts = std::make_unique<Parts>();
  parts->path = path;
  // Read-only mode uses query_only, not the open flag, because readers of a WAL database write to
  // its -shm file.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (mode == SqliteMode::create ? SQLITE_OPEN_CREATE : 0);
  // unix-excl: only this process opens the file, and its connections coordinate in memory.
  // File-system locks would cost each read four system calls.
  const int code = sqlite3_open_v2(path.c_str(), &parts->db, flags, "unix-excl");
  if (code != SQLITE_OK) return failure(parts->db, path, code);
  sqlite3_busy_timeout(parts->db, busy_timeout_ms);
  sqlite3_db_config(parts->db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(parts->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(parts->db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(parts->db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);

  // The first statement that reads the file, so a damaged header shows here.
  std::string settings =
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cell_size_check = ON;"
      "PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 16777216;"
      "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -1000; PRAGMA schema_version;";
  // Deleted rows may be secrets: their bytes are overwritten.
  settings +=
      mode == SqliteMode::read_only ? "PRAGMA query_only = ON;" : "PRAGMA secure_delete = ON;";
  if (auto set = parts->script(settings.c_str()); !set) return fail(set.error());
  if (mode != SqliteMode::read_only && sqlite3_db_readonly(parts->db, "main") == 1) {
    return fail(Errc::failed, "{}: this user may read the file, but not write it", path);
  }
  return std::unique_ptr<SqliteConnection>(new SqliteConnection(std::move(parts)));
}

// Where WAL is impossible (a file system without shared memory) SQLite does not fail but returns
// the mode that it kept.
Result<void> SqliteConnection::use_wal() {
  auto cursor = select("PRAGMA journal_mode = WAL");
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  const std::string mode(cursor->text(0));
  if (mode == "wal" || mode == "memory") return {};
  return fail(Errc::failed, "{}: this file system cannot hold a WAL database (mode {})",
              parts_->path, mode);
}

Result<Statement*> SqliteConnection::prepare(std::string_view sql, SqlParameters parameters) {
  auto found = parts_->statements.find(sql);
  if (found == parts_->statements.end()) {
    found = parts_->statements.try_emplace(std::string(sql)).first;
  }
  SqliteStatement* free = nullptr;
  for (const auto& statement : found->second) {
    if (!statement->in_use()) free = statement.get();
  }
  if (!free) {
    const auto own = translate(sql, dialect);
    if (!own) return fail(own.error());
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(parts_->db, own->data(), static_cast<int>(own->size()),
                                        SQLITE_PREPARE_PERSISTENT, &made, nullptr);
    if (code != SQLITE_OK) return failure(parts_->db, parts_->path, code);
    if (!made) return fail(Errc::internal, "{}: an empty statement", parts_->path);
    found->second.push_back(std::make_unique<SqliteStatement>(parts_->db, parts_->path, made));
    free = found->second.back().get();
  }
  if (auto bound = free->bind(parameters); !bound) return fail(bound.error());
  return free;
}

Result<Cursor> SqliteConnection::select(std::string_view sql, SqlParameters parameters) {
  const auto statement = prepare(sql, parameters);
  if (!statement) return fail(statement.error());
  return Cursor(**statement);
}

Result<std::int64_t> SqliteConnection::execute(std::string_view sql, SqlParameters parameters) {
  auto statement = prepare(sql, parameters);
  if (!statement) return fail(statement.error());
  Cursor cursor(**statement);
  for (;;) {
    const auto more = cursor.next();
    if (!more) return fail(more.error());
    if (!*more) return sqlite3_changes64(parts_->db);
  }
}

Result<void> SqliteConnection::run_script(const std::string& sql) {
  const auto own = translate(sql, dialect);
  if (!own) return fail(own.error());
  return parts_->script(own->c_str());
}

std::int64_t SqliteConnection::last_insert_id() const {
  return sqlite3_last_insert_rowid(parts_->db);
}

Result<void> SqliteConnection::begin_read() {
  auto begun = execute("BEGIN");
  if (!begun) return fail(begun.error());
  return {};
}

Result<void> SqliteConnection::begin_write() {
  auto begun = execute("BEGIN IMMEDIATE");
  if (!begun) return fail(begun.error());
  return {};
}

Result<void> SqliteConnection::commit() {
  auto done = execute("COMMIT");
  if (done) return {};
  roll_back();
  return fail(done.error());
}

void SqliteConnection::roll_back() {
  // After some failures (disk full) SQLite has rolled back already. A failed rollback leaves
  // nothing written either: the log has no commit mark.
  if (sqlite3_get_autocommit(parts_->db) == 0) [[maybe_unused]]
    const auto undone = execute("ROLLBACK");
}

Result<void> SqliteConnection::check(bool thorough) {
  auto cursor = select(thorough ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)");
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (*row && cursor->text(0) == "ok") return {};
  return fail(Errc::corrupt, "{}: database disk image is malformed: {}", parts_->path,
              *row ? cursor->text(0) : "the check said nothing");
}

Result<std::vector<std::string>> SqliteConnection::tables() {
  auto cursor = select("SELECT name FROM sqlite_master WHERE type = 'table'");
  if (!cursor) return fail(cursor.error());
  std::vector<std::string> names;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return names;
    names.emplace_back(cursor->text(0));
  }
}

Result<bool> SqliteConnection::empty_log() {
  sqlite3_busy_timeout(parts_->db, 0);
  const int code =
      sqlite3_wal_checkpoint_v2(parts_->db, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(parts_->db, busy_timeout_ms);
  if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) return false;
  if (code != SQLITE_OK) return failure(parts_->db, parts_->path, code);
  return true;
}

Result<void> SqliteConnection::copy_to(const std::string& file) {
  const auto target = open(file, SqliteMode::read_write);
  if (!target) return fail(target.error());
  Parts& to = *(*target)->parts_;
  sqlite3_backup* backup = sqlite3_backup_init(to.db, "main", parts_->db, "main");
  if (!backup) return failure(to.db, file, sqlite3_extended_errcode(to.db));
  // In one step: a reader's snapshot of a WAL database blocks no writer, but with several steps a
  // busy writer could restart the copy forever.
  sqlite3_backup_step(backup, -1);
  const int code = sqlite3_backup_finish(backup);
  if (code != SQLITE_OK) return failure(to.db, file, code);
  // The header of the copy says WAL mode, as the store's does; the copy has no log.
  return to.script("PRAGMA journal_mode = DELETE");
}

}  // namespace mega
