// Store: everything that a server keeps. SQL text lives in this folder and nowhere else.
//
// One writer, several readers; what a method of the writing kind has returned is on disk (WAL,
// synchronous FULL). Every change and its audit row are one transaction: both are there or neither.
// All methods may block and may be called from any thread.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "store/audit_model.h"
#include "store/model.h"
#include "value/value.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

// Which rows a list holds, and how many of them.
struct Listing {
  State state = State::all;
  std::optional<std::int64_t> role = std::nullopt;  // instances only
  std::int64_t limit = 0;                           // 0: all
};

// Who changes something and how it was asked: goes into the audit with the change.
struct Author {
  std::string who;       // "root", "deploy"
  std::string door;      // "unix", "tls", "legacy"
  std::string peer;      // "10.0.0.7:51532"
  std::string function;  // "mod_server"
  std::string args;      // as text, secrets masked
};

struct StoreOptions {
  std::string folder;  // holds mega.db; must exist
  int readers = 4;     // connections that may read at once
};

struct StoreFacts {
  std::int64_t schema = 0;                                 // number of the newest migration applied
  std::int64_t bytes = 0;                                  // of the database and its log
  std::int64_t servers = 0, instances = 0, databases = 0;  // all, offline too
};

class Store {
 public:
  // Opens or creates it and migrates it to the newest schema.
  // A server holds the folder's lock (folder.h) meanwhile.
  // Errors: not_found for a folder that is not there, failed for one that cannot be written;
  // corrupt for a damaged store; refused for one that is newer than this binary. Each names the
  // file and what to do.
  static Result<std::unique_ptr<Store>> open(const StoreOptions& options, const Clock& clock);
  // In memory, gone when closed: for tests.
  static Result<std::unique_ptr<Store>> open_in_memory(const Clock& clock);
  ~Store();

  // --- reading. Rows have the columns that spec'd callers know, in the order of docs/FUNCTIONS.md.
  // ---
  Result<Rows> servers(const Listing& listing) const;
  Result<Rows> instances(const Listing& listing) const;
  Result<Rows> databases(const Listing& listing) const;
  // One record with the same columns; nullopt: unknown.
  Result<std::optional<Row>> server(std::string_view ip) const;
  Result<std::optional<Row>> instance(std::string_view ip, std::int64_t port) const;
  Result<std::optional<Row>> database(std::string_view ip, std::int64_t port,
                                      std::string_view name) const;
  Result<Rows> owners() const;      // id, name, comment, stat
  Result<Rows> businesses() const;  // the same
  // The inventory's rows that a condition (condition.h) selects; `what` is "server", "instance" or
  // "database". Columns as in the lists, then cluster, site, tags. Errors: invalid_argument with a
  // caret under the mistake in `where`.
  Result<Rows> search(std::string_view what, std::string_view where, State state,
                      std::int64_t limit) const;
  // Newest first: id, time, who, door, peer, function, args, before, after, result, hash.
  Result<Rows> audit(const AuditFilter& filter) const;
  Result<Rows> audit(std::int64_t limit) const { return audit(AuditFilter{.limit = limit}); }
  // Walks the whole chain from where the archives end, row by row and in one snapshot: no writer
  // waits. `head`, unless empty, is the hash that an earlier check ended with and must be there
  // still. What is broken is a result; errors are those of the disk.
  Result<AuditCheck> verify_audit(const std::string& head = "") const;
  Result<StoreFacts> facts() const;

  // --- writing. Errors besides those of the disk: already_exists, not_found, refused (still
  // needed), invalid_argument. ---
  Result<void> add_server(const Author& author, const std::string& ip, const ServerChange& change);
  Result<void> mod_server(const Author& author, const std::string& ip, const ServerChange& change);
  Result<void> del_server(const Author& author, const std::string& ip);
  Result<void> add_instance(const Author& author, const std::string& ip, std::int64_t port,
                            const InstanceChange& change);
  Result<void> mod_instance(const Author& author, const std::string& ip, std::int64_t port,
                            const InstanceChange& change);
  Result<void> del_instance(const Author& author, const std::string& ip, std::int64_t port);
  Result<void> add_database(const Author& author, const std::string& ip, std::int64_t port,
                            const std::string& name, const DatabaseChange& change);
  Result<void> mod_database(const Author& author, const std::string& ip, std::int64_t port,
                            const std::string& name, const DatabaseChange& change);
  Result<void> del_database(const Author& author, const std::string& ip, std::int64_t port,
                            const std::string& name);
  Result<std::int64_t> add_owner(const Author& author,
                                 const Named& owner);  // id 0: the next free one; the id given out
  Result<void> mod_owner(const Author& author, std::int64_t id, const NamedChange& change);
  Result<std::int64_t> add_business(const Author& author, const Named& business);
  Result<void> mod_business(const Author& author, std::int64_t id, const NamedChange& change);
  // A row for a call that was refused. `held_back`: how many before it got none.
  Result<void> add_refusal(const Author& author, const Error& why, std::int64_t held_back = 0);
  // Moves the oldest rows, up to the first that is not older than `before`, into a new file
  // (audit_archive.h): the file is on disk before the rows go. Cut short anywhere, the same call
  // again finishes it. Errors: invalid_argument for a relative path or a time to come;
  // already_exists for a file that holds something else; findings when the chain is broken, and
  // then nothing is moved; those of the disk.
  Result<AuditArchive> archive_audit(const Author& author, Time before, const std::string& file);

 private:
  struct Parts;
  explicit Store(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace mega
