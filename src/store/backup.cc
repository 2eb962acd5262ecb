#include "store/backup.h"

#include "base/file.h"
#include "base/text.h"
#include "sql/sqlite.h"
#include "store/authority.h"
#include "store/folder.h"
#include "store/schema.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>
#include <vector>

namespace mega {
namespace {

constexpr const char* manifest_tables =
    "CREATE TABLE backup_manifest (name VARCHAR(64) PRIMARY KEY, value VARCHAR(255) NOT NULL);"
    "CREATE TABLE backup_file (name VARCHAR(255) PRIMARY KEY, mode INTEGER NOT NULL, content BLOB "
    "NOT NULL);";

constexpr std::array authority_files{ca_key_file, ca_certificate_file, server_key_file,
                                     server_certificate_file};
constexpr std::size_t authority_file_bytes_max = 64 << 10;
constexpr std::int64_t secret_mode = 0600;

// As it is called in a backup: "tls/ca.key".
std::string backup_name(const char* authority_file) {
  return fmt::format("{}/{}", authority_folder_name, authority_file);
}

// A file that is being made; gone, with what SQLite put beside it, unless it was kept.
class Unfinished {
 public:
  // Errors: as the system says.
  static Result<Unfinished> create(const std::string& path) {
    remove_all(path);
    const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    return opened(fd, path);
  }
  // Under a name of its own: somebody else may be making the same file.
  static Result<Unfinished> create_beside(const std::string& path) {
    std::string name = path + ".part-XXXXXX";
    const int fd = ::mkostemp(name.data(), O_CLOEXEC);
    return opened(fd, name);
  }
  static Unfinished adopt(const std::string& path) { return Unfinished(path); }
  ~Unfinished() {
    if (!path_.empty()) remove_all(path_);
  }
  Unfinished(Unfinished&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  Unfinished& operator=(Unfinished&&) = delete;

  const std::string& path() const { return path_; }
  void keep() { path_.clear(); }

 private:
  explicit Unfinished(std::string path) : path_(std::move(path)) {}
  static Result<Unfinished> opened(int fd, const std::string& path) {
    if (fd < 0) return fail(system_error("write", path, errno));
    ::close(fd);
    return Unfinished(path);
  }
  static void remove_all(const std::string& path) {
    for (const char* suffix : {"", "-journal", "-wal", "-shm"}) ::unlink((path + suffix).c_str());
  }
  std::string path_;
};

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "unknown";
}

Result<std::int64_t> count(Connection& connection, std::string_view sql) {
  auto cursor = connection.select(sql);
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  return cursor->integer(0);
}

Result<void> count_rows(Connection& connection, BackupFacts& facts) {
  const struct {
    std::int64_t& into;
    std::string_view sql;
  } counts[] = {{facts.servers, "SELECT count(*) FROM server"},
                {facts.instances, "SELECT count(*) FROM instance"},
                {facts.databases, "SELECT count(*) FROM `databases`"}};
  for (const auto& each : counts) {
    const auto found = count(connection, each.sql);
    if (!found) return fail(found.error());
    each.into = *found;
  }
  return {};
}

Result<void> write_manifest(Connection& connection, const BackupFacts& facts) {
  if (auto made = connection.run_script(manifest_tables); !made) return made;
  const std::pair<const char*, std::string> lines[] = {
      {"version", facts.version},
      {"schema", std::to_string(facts.schema)},
      {"time", std::to_string(facts.time.seconds)},
      {"host", facts.host},
      {"site", facts.site},
      {"servers", std::to_string(facts.servers)},
      {"instances", std::to_string(facts.instances)},
      {"databases", std::to_string(facts.databases)},
  };
  for (const auto& [name, value] : lines) {
    auto added = connection.execute("INSERT INTO backup_manifest (name, value) VALUES (?, ?)",
                                    {std::string_view(name), std::string_view(value)});
    if (!added) return fail(added.error());
  }
  return {};
}

// The CA goes with the store: without it nobody who has joined would trust the server again.
Result<void> add_authority_files(Connection& connection, const std::string& folder) {
  for (const char* name : authority_files) {
    const auto content =
        read_file(path_in(path_in(folder, authority_folder_name), name), authority_file_bytes_max);
    if (!content && content.error().code == Errc::not_found) continue;
    if (!content) return fail(content.error());
    const std::string as = backup_name(name);
    auto added =
        connection.execute("INSERT INTO backup_file (name, mode, content) VALUES (?, ?, ?)",
                           {std::string_view(as), secret_mode, Blob{*content}});
    if (!added) return fail(added.error());
  }
  return {};
}

// Empty when the folder has no CA.
Result<std::string> site_in(const std::string& folder) {
  const std::string ca = path_in(path_in(folder, authority_folder_name), ca_certificate_file);
  const auto certificate = read_file(ca, authority_file_bytes_max);
  if (!certificate && certificate.error().code == Errc::not_found) return std::string();
  if (!certificate) return fail(certificate.error());
  const auto pin = pin_of(*certificate);
  if (!pin) return fail(Errc::corrupt, "{}: {}", ca, pin.error().message);
  return site_of(*pin);
}

struct BackupFile {
  std::string name, content;
};

Result<std::vector<BackupFile>> files_of(Connection& connection) {
  auto cursor = connection.select("SELECT name, content FROM backup_file ORDER BY name");
  if (!cursor) return fail(cursor.error());
  std::vector<BackupFile> files;
  for (;;) {
    const auto row = cursor->next();
    if (!row) return fail(row.error());
    if (!*row) return files;
    files.push_back({std::string(cursor->text(0)), std::string(cursor->text(1))});
  }
}

bool is_known(const BackupFile& file) {
  return std::ranges::any_of(authority_files,
                             [&](const char* name) { return file.name == backup_name(name); });
}

// One line of the manifest; nullopt: it has none of that name.
Result<std::optional<std::string>> manifest_line(Connection& connection, std::string_view name) {
  auto cursor = connection.select("SELECT value FROM backup_manifest WHERE name = ?", {name});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  return std::string(cursor->text(0));
}

Result<void> read_number(Connection& connection, std::string_view name, std::int64_t& into) {
  const auto line = manifest_line(connection, name);
  if (!line) return fail(line.error());
  const auto number = *line ? parse_integer(**line) : std::nullopt;
  if (!number) return fail(Errc::corrupt, "its manifest has no number {}", name);
  into = *number;
  return {};
}

Result<BackupFacts> read_manifest(Connection& connection) {
  const auto tables = count(connection,
                            "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN "
                            "('backup_manifest', 'backup_file')");
  if (!tables) return fail(tables.error());
  if (*tables != 2) return fail(Errc::corrupt, "it is no backup of mega: it has no manifest");

  BackupFacts facts;
  for (auto [name, into] : {std::pair<const char*, std::string*>{"version", &facts.version},
                            {"host", &facts.host},
                            {"site", &facts.site}}) {
    auto line = manifest_line(connection, name);
    if (!line) return fail(line.error());
    *into = line->value_or("");
  }
  for (auto [name, into] : {std::pair<const char*, std::int64_t*>{"schema", &facts.schema},
                            {"time", &facts.time.seconds},
                            {"servers", &facts.servers},
                            {"instances", &facts.instances},
                            {"databases", &facts.databases}}) {
    if (auto read = read_number(connection, name, *into); !read) return fail(read.error());
  }
  const auto schema = schema_of(connection);
  if (!schema) return fail(schema.error());
  if (auto known = refuse_newer_schema(*schema); !known) return fail(known.error());
  const auto files = files_of(connection);
  if (!files) return fail(files.error());
  const auto unknown = std::ranges::count_if(*files, [](const auto& f) { return !is_known(f); });
  if (unknown != 0) {
    return fail(Errc::refused,
                "it holds {} files that this mega {} does not know: use a newer mega", unknown,
                MEGA_VERSION);
  }
  return facts;
}

std::int64_t bytes_of(const std::string& path) {
  struct stat facts {};
  return ::stat(path.c_str(), &facts) == 0 ? static_cast<std::int64_t>(facts.st_size) : -1;
}

bool exists(const std::string& path) {
  struct stat facts {};
  return ::lstat(path.c_str(), &facts) == 0;
}

// Whether the message has the file as a word of its own: a short name also stands within others.
bool names_file(std::string_view message, std::string_view file) {
  for (auto at = message.find(file); at != message.npos; at = message.find(file, at + 1)) {
    const std::string_view behind = message.substr(at + file.size());
    const bool begins = at == 0 || message[at - 1] == ' ';
    if (begins && (behind.empty() || behind[0] == ':' || behind[0] == ' ')) return true;
  }
  return false;
}

// Puts the file's name before an error that does not have it yet.
tl::unexpected<Error> about(const std::string& file, Error error) {
  if (!names_file(error.message, file)) error.message = file + ": " + error.message;
  return fail(std::move(error));
}

// A copy of the store as one file without a log, checked.
Result<BackupFacts> copy_store(const std::string& folder, const std::string& store,
                               const std::string& to, const Clock& clock) {
  auto source = SqliteConnection::open(store, SqliteMode::read_only);
  if (!source) return fail(source.error());
  const auto schema = schema_of(**source);
  if (!schema) return about(store, schema.error());
  if (*schema == 0) return fail(Errc::corrupt, "{}: it holds no tables", store);
  if (auto known = refuse_newer_schema(*schema); !known) return about(store, known.error());

  auto target = SqliteConnection::open(to, SqliteMode::read_write);
  if (!target) return fail(target.error());
  if (auto copied = (*target)->copy_from(**source); !copied) return fail(copied.error());
  if (auto single = (*target)->run_script("PRAGMA journal_mode = DELETE"); !single) {
    return fail(single.error());
  }
  BackupFacts facts{
      .version = MEGA_VERSION, .schema = *schema, .time = clock.now(), .host = host_name()};
  auto site = site_in(folder);
  if (!site) return fail(site.error());
  facts.site = *std::move(site);
  if (auto counted = count_rows(**target, facts); !counted) return fail(counted.error());
  if (auto written = write_manifest(**target, facts); !written) return fail(written.error());
  if (auto added = add_authority_files(**target, folder); !added) return fail(added.error());
  if (auto checked = (*target)->check(true); !checked) return about(store, checked.error());
  return facts;
}

// The copy of a backup that becomes the store.
Result<void> copy_backup(const std::string& backup, const std::string& to) {
  auto source = SqliteConnection::open(backup, SqliteMode::read_only);
  if (!source) return fail(source.error());
  auto target = SqliteConnection::open(to, SqliteMode::read_write);
  if (!target) return fail(target.error());
  if (auto copied = (*target)->copy_from(**source); !copied) return fail(copied.error());
  auto dropped = (*target)->run_script("DROP TABLE backup_manifest; DROP TABLE backup_file;");
  if (!dropped) return fail(dropped.error());
  return (*target)->check(true);
}

// A folder that is being made; gone with all that is in it, unless it was kept.
class UnfinishedFolder {
 public:
  explicit UnfinishedFolder(std::string path) : path_(std::move(path)) { remove(); }
  ~UnfinishedFolder() {
    if (!kept_) remove();
  }
  UnfinishedFolder(const UnfinishedFolder&) = delete;

  const std::string& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  void remove() const {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string path_;
  bool kept_ = false;
};

// Puts a backup's files where they wait for the store; none, and no folder, when it has none.
Result<void> stage_authority(const std::string& backup, const std::string& folder,
                             const std::string& staged) {
  auto source = SqliteConnection::open(backup, SqliteMode::read_only);
  if (!source) return fail(source.error());
  const auto files = files_of(**source);
  if (!files) return fail(files.error());
  if (files->empty()) return {};
  if (auto made = make_private_folder(staged); !made) return made;
  if (auto given = give_to_owner(staged, folder); !given) return given;
  for (const BackupFile& file : *files) {
    const std::string path = path_in(staged, file.name.substr(file.name.rfind('/') + 1));
    if (auto written = write_file(path, file.content, secret_mode); !written) return written;
    if (auto given = give_to_owner(path, folder); !given) return given;
  }
  return {};
}

// Where the former store, or the former CA, goes. The name comes from the time of the staged file,
// so that a restore that is finished later, after the database was moved and before its log was,
// chooses the same.
std::string former_name(const std::string& path, const std::string& staged) {
  struct stat facts {};
  std::string digits;
  if (::stat(staged.c_str(), &facts) == 0) {
    for (const char c : format_local(Time{facts.st_mtime})) {
      if (c >= '0' && c <= '9') digits += c;
    }
  }
  const std::string base = path + ".before-" + digits;
  std::string name = base, former = base;
  for (int n = 2; exists(name); ++n) {
    former = name;
    name = base + "-" + std::to_string(n);
  }
  return exists(path) ? name : former;
}

// The CA of a restore that was staged; nothing to do when it brought none.
Result<void> place_authority(const std::string& folder, const std::string& staged_store) {
  const std::string staged = path_in(folder, staged_authority_name);
  const std::string place = path_in(folder, authority_folder_name);
  if (!exists(staged)) return {};
  if (exists(place)) {
    if (auto moved = rename_synced(place, former_name(place, staged_store)); !moved) return moved;
  }
  return rename_synced(staged, place);
}

// The same with the store to itself, or with the copy that its server makes of it.
Result<BackupFacts> copy_store_of(const std::string& folder, const std::string& to,
                                  const Clock& clock, const AskForCopy& ask) {
  const auto lock = FolderLock::acquire(folder);
  if (lock) return copy_store(folder, path_in(folder, store_file_name), to, clock);
  if (lock.error().code != Errc::refused || !ask) return fail(lock.error());
  const auto copy = ask();
  if (!copy) return fail(copy.error());
  const auto remover = Unfinished::adopt(*copy);
  return copy_store(folder, *copy, to, clock);
}

}  // namespace

Result<BackupFacts> back_up(const std::string& folder, const std::string& file, bool overwrite,
                            const Clock& clock, const AskForCopy& ask) {
  const std::string store = path_in(folder, store_file_name);
  if (!exists(store))
    return fail(Errc::not_found, "{} holds no store ({})", folder, store_file_name);
  const auto taken = [&] {
    return fail(Errc::already_exists, "{} exists already and is not overwritten", file);
  };
  if (!overwrite && exists(file)) return taken();

  auto made = Unfinished::create_beside(file);
  if (!made) return fail(made.error());
  auto facts = copy_store_of(folder, made->path(), clock, ask);
  if (!facts) return facts;
  facts->bytes = bytes_of(made->path());
  // Somebody may have made the file meanwhile.
  if (!overwrite && exists(file)) return taken();
  if (auto renamed = rename_synced(made->path(), file); !renamed) return fail(renamed.error());
  made->keep();
  return facts;
}

Result<BackupFacts> inspect_backup(const std::string& file) {
  if (!exists(file)) return fail(Errc::not_found, "there is no file {}", file);
  if (bytes_of(file) == 0) return fail(Errc::corrupt, "{}: the file is empty", file);
  auto connection = SqliteConnection::open(file, SqliteMode::read_only);
  if (!connection) return fail(connection.error());
  if (auto checked = (*connection)->check(true); !checked) return fail(checked.error());
  auto facts = read_manifest(**connection);
  if (!facts) return about(file, facts.error());
  facts->bytes = bytes_of(file);
  return facts;
}

Result<Restored> restore(const std::string& file, const std::string& folder, bool force) {
  const auto facts = inspect_backup(file);
  if (!facts) return fail(facts.error());
  if (auto made = make_data_folder(folder); !made) return fail(made.error());
  const auto lock = FolderLock::acquire(folder);
  if (!lock) return fail(lock.error());
  const std::string store = path_in(folder, store_file_name);
  if (auto finished = finish_restore(folder); !finished) return fail(finished.error());
  if (!force && (exists(store) || exists(store + "-wal"))) {
    return fail(Errc::refused, "{} holds a store already: only --force replaces it", folder);
  }
  auto made = Unfinished::create(store + ".restoring");
  if (!made) return fail(made.error());
  if (auto copied = copy_backup(file, made->path()); !copied) return fail(copied.error());
  UnfinishedFolder authority(path_in(folder, staged_authority_name));
  if (auto put = stage_authority(file, folder, authority.path()); !put) return fail(put.error());
  if (auto given = give_to_owner(made->path(), folder); !given) return fail(given.error());
  // From here on the folder has a new store, even when the rest is done by the next start.
  auto staged = rename_synced(made->path(), path_in(folder, staged_store_name));
  if (!staged) return fail(staged.error());
  made->keep();
  authority.keep();
  auto former = finish_restore(folder);
  if (!former) return fail(former.error());
  return Restored{*facts, *former};
}

Result<std::string> finish_restore(const std::string& folder) {
  const std::string store = path_in(folder, store_file_name);
  const std::string staged = path_in(folder, staged_store_name);
  if (!exists(staged)) return std::string();
  const std::string former = former_name(store, staged);
  for (const char* suffix : {"", "-wal"}) {
    if (!exists(store + suffix)) continue;
    if (auto moved = rename_synced(store + suffix, former + suffix); !moved) {
      return fail(moved.error());
    }
  }
  ::unlink((store + "-shm").c_str());
  if (auto placed = place_authority(folder, staged); !placed) return fail(placed.error());
  if (auto placed = rename_synced(staged, store); !placed) return fail(placed.error());
  return exists(former) ? former : std::string();
}

}  // namespace mega
