// Reads backups and restores them (backup.h).
#include "base/as_owner.h"
#include "base/data_folder.h"
#include "base/file.h"
#include "base/text.h"
#include "keeping/backup_parts.h"
#include "sql/migrations.h"
#include "sql/store_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <vector>

namespace mega {
namespace {

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

// One value of the manifest; nullopt: no such name.
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
  const auto tables = connection.tables();
  if (!tables) return fail(tables.error());
  for (const char* table : {"backup_manifest", "backup_file"}) {
    if (std::ranges::find(*tables, table) == tables->end()) {
      return fail(Errc::corrupt, "it is no backup of mega: it has no manifest");
    }
  }

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
  if (auto known = refuse_newer_schema(connection); !known) return fail(known.error());
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

Result<std::unique_ptr<Connection>> open_backup(const std::string& file) {
  const AsOwner as_owner(file);
  return open_store_file(file, StoreFileMode::read_only);
}

// Copies a backup to the file that becomes the store.
Result<void> copy_backup(Connection& backup, const std::string& to) {
  if (auto copied = backup.copy_to(to); !copied) return copied;
  const auto target = open_store_file(to, StoreFileMode::read_write);
  if (!target) return fail(target.error());
  auto dropped = (*target)->run_script("DROP TABLE backup_manifest; DROP TABLE backup_file;");
  if (!dropped) return fail(dropped.error());
  return (*target)->check(true);
}

// A folder in progress; deleted by the destructor with its content, unless keep() was called.
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

// Writes the backup's files to the folder `staged`; makes no folder when the backup has no files.
Result<void> stage_authority(Connection& backup, const std::string& staged) {
  const auto files = files_of(backup);
  if (!files) return fail(files.error());
  if (files->empty()) return {};
  if (auto made = make_private_folder(staged); !made) return made;
  for (const BackupFile& file : *files) {
    const std::string path = path_in(staged, file.name.substr(file.name.rfind('/') + 1));
    if (auto written = write_file(path, file.content, secret_mode); !written) return written;
  }
  return {};
}

// The path to which the former store, or the former CA, moves. The name contains the time of the
// staged file, so that a restore that was interrupted between moving the database and its log
// chooses the same name when it is completed.
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

// Moves the staged CA into place; does nothing when the backup had none.
Result<void> place_authority(const std::string& folder, const std::string& staged_store) {
  const std::string staged = path_in(folder, staged_authority_name);
  const std::string place = path_in(folder, authority_folder_name);
  if (!exists(staged)) return {};
  if (exists(place)) {
    if (auto moved = rename_synced(place, former_name(place, staged_store)); !moved) return moved;
  }
  return rename_synced(staged, place);
}

}  // namespace

Result<BackupFacts> inspect_backup(const std::string& file) {
  if (!exists(file)) return fail(Errc::not_found, "there is no file {}", file);
  if (bytes_of(file) == 0) return fail(Errc::corrupt, "{}: the file is empty", file);
  auto connection = open_backup(file);
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
  const auto backup = open_backup(file);
  if (!backup) return fail(backup.error());
  const AsOwner as_owner(folder);
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
  if (auto copied = copy_backup(**backup, made->path()); !copied) return fail(copied.error());
  UnfinishedFolder authority(path_in(folder, staged_authority_name));
  if (auto put = stage_authority(**backup, authority.path()); !put) return fail(put.error());
  // The commit point: from here on the folder has the new store, even if the next start completes
  // the rest.
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
