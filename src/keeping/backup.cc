#include "keeping/backup.h"

#include "base/as_owner.h"
#include "base/data_folder.h"
#include "base/file.h"
#include "base/text.h"
#include "keeping/backup_parts.h"
#include "sql/migrations.h"
#include "sql/store_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <filesystem>

namespace mega {
namespace {

constexpr const char* manifest_tables =
    "CREATE TABLE backup_manifest (name VARCHAR(64) PRIMARY KEY, value VARCHAR(255) NOT NULL);"
    "CREATE TABLE backup_file (name VARCHAR(255) PRIMARY KEY, mode INTEGER NOT NULL, content BLOB "
    "NOT NULL);";

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : "unknown";
}

Result<void> count_rows(Connection& connection, BackupFacts& facts) {
  const struct {
    std::int64_t& into;
    std::string_view sql;
  } counts[] = {{facts.servers, "SELECT count(*) FROM server"},
                {facts.instances, "SELECT count(*) FROM instance"},
                {facts.databases, "SELECT count(*) FROM `databases`"}};
  for (const auto& each : counts) {
    const auto found = selected_number(connection, each.sql);
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

// A file of the CA. Errors: as read_file().
Result<std::string> read_authority_file(const std::string& folder, const char* name) {
  const AsOwner as_owner(folder);
  return read_file(path_in(path_in(folder, authority_folder_name), name), authority_file_bytes_max);
}

// The backup includes the CA: without it, joined hosts and users would not trust a restored server.
Result<void> add_authority_files(Connection& connection, const std::string& folder) {
  for (const char* name : authority_files) {
    const auto content = read_authority_file(folder, name);
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
  const auto certificate = read_authority_file(folder, ca_certificate_file);
  if (!certificate && certificate.error().code == Errc::not_found) return std::string();
  if (!certificate) return fail(certificate.error());
  const auto pin = pin_of(*certificate);
  if (!pin) return fail(Errc::corrupt, "{}: {}", ca_certificate_file, pin.error().message);
  return site_of(*pin);
}

// Copies `source`, a store with the name `store`, to one file, and checks the copy.
Result<BackupFacts> copy_store(const std::string& folder, Connection& source,
                               const std::string& store, const std::string& to,
                               const Clock& clock) {
  const auto schema = schema_of(source);
  if (!schema) return about(store, schema.error());
  if (*schema == 0) return fail(Errc::corrupt, "{}: it holds no tables", store);
  if (auto known = refuse_newer_schema(source); !known) return about(store, known.error());

  if (auto copied = source.copy_to(to); !copied) return fail(copied.error());
  const auto target = open_store_file(to, StoreFileMode::read_write);
  if (!target) return fail(target.error());
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

// Returns the copy that the server names, if it is a copy in `folder`. The path is not trusted:
// root may ask a server of another user, and deletes the file afterwards.
Result<std::string> copy_in(const std::string& folder, const std::string& told) {
  const std::string name = told.substr(told.rfind('/') + 1);
  const std::string path = path_in(folder, name);
  struct stat facts {};
  if (name.starts_with(std::string(store_file_name) + copy_infix) &&
      ::lstat(path.c_str(), &facts) == 0 && S_ISREG(facts.st_mode)) {
    return path;
  }
  return fail(Errc::corrupt, "the server of {} answered {}, which is no copy of its store there",
              folder, mega::quoted(told));
}

// Opens a store and reads from it, so that its log is open, too.
Result<std::unique_ptr<Connection>> open_in(const std::string& folder, const std::string& store) {
  const AsOwner as_owner(folder);
  return open_store_file(store, StoreFileMode::read_only);
}

// Unlinks the copy once it is open, so that it vanishes with this process.
Result<std::unique_ptr<Connection>> open_and_unlink(const std::string& folder,
                                                    const std::string& copy) {
  const AsOwner as_owner(folder);
  const auto remover = Unfinished::adopt(copy);
  return open_store_file(copy, StoreFileMode::read_only);
}

// As copy_store(), with the folder locked, or from a copy that the running server makes.
Result<BackupFacts> copy_store_of(const std::string& folder, const std::string& to,
                                  const Clock& clock, const AskForCopy& ask) {
  const auto lock = FolderLock::acquire(folder);
  if (lock) {
    const std::string store = path_in(folder, store_file_name);
    const auto source = open_in(folder, store);
    if (!source) return fail(source.error());
    return copy_store(folder, **source, store, to, clock);
  }
  if (lock.error().code != Errc::refused || !ask) return fail(lock.error());
  const auto told = ask();
  if (!told) return fail(told.error());
  const auto copy = copy_in(folder, *told);
  if (!copy) return fail(copy.error());
  const auto source = open_and_unlink(folder, *copy);
  if (!source) return fail(source.error());
  return copy_store(folder, **source, *copy, to, clock);
}

// The file that a backup named `file` goes to: for a link the file that it leads to, so that the
// link stays.
Result<std::string> target_of(const std::string& file) {
  std::error_code error;
  if (!exists(file)) return file;
  const std::string target = std::filesystem::canonical(file, error).string();
  if (!error && std::filesystem::is_regular_file(target, error)) return target;
  return fail(Errc::refused, "{} is no regular file, and a backup takes one", file);
}

// A backup belongs to the owner of its folder, and holds the CA's key.
Result<void> refuse_other_owner(const std::string& file, const std::string& folder) {
  const auto owner = foreign_owner(file);
  const auto known = foreign_owner(folder);
  if (!owner || (known && known->uid == owner->uid)) return {};
  return fail(Errc::not_allowed,
              "the backup {} would belong to user {}, and it holds the key of the CA: name a place "
              "where root alone, or the server's user, may write",
              file, owner->uid);
}

}  // namespace

Result<BackupFacts> back_up(const std::string& folder, const std::string& named, bool overwrite,
                            const Clock& clock, const AskForCopy& ask) {
  const std::string store = path_in(folder, store_file_name);
  if (!exists(store))
    return fail(Errc::not_found, "{} holds no store ({})", folder, store_file_name);
  const auto taken = [&] {
    return fail(Errc::already_exists, "{} exists already and is not overwritten", named);
  };
  if (!overwrite && exists(named)) return taken();
  if (auto safe = refuse_other_owner(named, folder); !safe) return fail(safe.error());
  const AsOwner as_owner(named);
  const auto target = target_of(named);
  if (!target) return fail(target.error());
  const std::string& file = *target;

  auto made = Unfinished::create_beside(file);
  if (!made) return fail(made.error());
  auto facts = copy_store_of(folder, made->path(), clock, ask);
  if (!facts) return facts;
  facts->bytes = bytes_of(made->path());
  // Another process may have made the file meanwhile.
  if (!overwrite && exists(file)) return taken();
  if (auto renamed = rename_synced(made->path(), file); !renamed) return fail(renamed.error());
  made->keep();
  return facts;
}

}  // namespace mega
