#include "audit/archive.h"

#include "audit/audit_store.h"
#include "audit/writing.h"
#include "base/data_folder.h"
#include "base/draft.h"
#include "base/file.h"
#include "base/text.h"
#include "value/json.h"

#include <cerrno>
#include <fstream>
#include <string_view>

namespace mega {
namespace {

constexpr std::int64_t archive_format = 1;

std::string header_line(const AuditArchive& archive, const std::string& previous) {
  return to_json(Value(Map{{"mega_audit", archive_format},
                           {"first_id", archive.first_id},
                           {"last_id", archive.last_id},
                           {"previous", previous},
                           {"hash", archive.hash}}));
}

// The first line of an archive; nullopt: the line is no header.
struct Header {
  ChainHead before, last;
};
std::optional<Header> header_from(std::string_view line) {
  const auto value = parse_json(line);
  const auto* map = value ? value->as<Map>() : nullptr;
  if (!map) return std::nullopt;
  const auto number = [&](std::string_view name) {
    const Value* found = map->find(name);
    return found ? found->as<std::int64_t>() : nullptr;
  };
  const auto text = [&](std::string_view name) {
    const Value* found = map->find(name);
    return found ? found->as<std::string>() : nullptr;
  };
  const auto *format = number("mega_audit"), *first = number("first_id"), *last = number("last_id");
  const auto *previous = text("previous"), *hash = text("hash");
  if (!format || *format != archive_format || !first || !last || !previous || !hash) {
    return std::nullopt;
  }
  if (*first < 1 || *last < *first) return std::nullopt;
  return Header{{*first - 1, *previous}, {*last, *hash}};
}

Result<std::int64_t> number(Connection& connection, std::string_view sql,
                            SqlParameters parameters) {
  auto cursor = connection.select(sql, parameters);
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  return cursor->is_none(0) ? 0 : cursor->integer(0);
}

// The id of the last row before the first row that is not older than `before`; 0: there is none.
// After a clock was set back, later rows have earlier times; they wait for the rows before them.
Result<std::int64_t> last_id_before(Connection& connection, Time before) {
  const auto first_kept =
      number(connection, "SELECT min(id) FROM audit WHERE time >= ?", {before.seconds});
  if (!first_kept) return first_kept;
  if (*first_kept == 0) return number(connection, "SELECT max(id) FROM audit", {});
  return number(connection, "SELECT max(id) FROM audit WHERE id < ?", {*first_kept});
}

Result<std::string> hash_at(Connection& connection, std::int64_t id) {
  auto cursor = connection.select("SELECT hash FROM audit WHERE id = ?", {id});
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  return std::string(cursor->text(0));
}

// Writes the rows behind `before` up to `last_id` and checks each. Fails when the chain is broken,
// so that the evidence stays in the store.
Result<AuditArchive> write_rows(Connection& connection, const ChainHead& before,
                                std::int64_t last_id, const std::string& file) {
  const auto hash = hash_at(connection, last_id);
  if (!hash) return fail(hash.error());
  AuditArchive archive{.rows = last_id - before.id,
                       .first_id = before.id + 1,
                       .last_id = last_id,
                       .hash = *hash,
                       .file = file};
  auto draft = Draft::create(file);
  if (!draft) return fail(draft.error());
  if (auto written = draft->write_line(header_line(archive, before.hash)); !written) {
    return fail(written.error());
  }
  ChainCheck check(before);
  static const std::string sql =
      fmt::format("SELECT {} FROM audit WHERE id <= ? ORDER BY id", audit_columns);
  auto cursor = connection.select(sql, {last_id});
  if (!cursor) return fail(cursor.error());
  for (;;) {
    const auto more = cursor->next();
    if (!more) return fail(more.error());
    if (!*more) break;
    const auto row = audit_row_at(*cursor);
    if (!row || !check.add(*row)) {
      return fail(Errc::findings,
                  "the audit is broken, and nothing was archived: mega server audit --verify "
                  "says where");
    }
    if (auto written = draft->write_line(to_json_line(*row)); !written) {
      return fail(written.error());
    }
  }
  if (auto placed = draft->put_in_place(); !placed) return fail(placed.error());
  return archive;
}

Result<void> note_archive(Writing& writing, const AuditArchive& archive) {
  auto noted = writing.connection.execute(
      "INSERT INTO audit_archive (time, first_id, last_id, hash, file) VALUES (?, ?, ?, ?, ?)",
      {writing.now.seconds, archive.first_id, archive.last_id, std::string_view(archive.hash),
       std::string_view(archive.file)});
  if (!noted) return fail(noted.error());
  // This audit row follows the last archived row; verify_audit() looks for it.
  return add_audit_row(writing, std::nullopt, to_json(archive));
}

}  // namespace

std::string to_json(const AuditArchive& archive) {
  return to_json(Value(Map{{"first_id", archive.first_id},
                           {"last_id", archive.last_id},
                           {"hash", archive.hash},
                           {"file", archive.file}}));
}

Result<AuditArchive> AuditStore::archive_audit(const Author& author, Time before,
                                               const std::string& file) {
  if (!file.starts_with('/')) {
    return fail(Errc::invalid_argument, "file takes an absolute path on the server's host, not {}",
                quoted(file));
  }
  // With a future time, a repeated call could select more rows than the file holds.
  if (before > database_.clock().now()) {
    return fail(Errc::invalid_argument, "before takes a time that has passed, not {}",
                format_local(before));
  }
  const std::lock_guard one_at_a_time(archiving_);
  AuditArchive archive{.file = file};
  {
    const auto lease = database_.read();
    auto transaction = Transaction::begin(*lease, Transaction::Kind::read);
    if (!transaction) return fail(transaction.error());
    const auto begin = archived_head(*lease);
    if (!begin) return fail(begin.error());
    const auto last_id = last_id_before(*lease, before);
    if (!last_id) return fail(last_id.error());
    if (*last_id == 0) return archive;
    auto written = write_rows(*lease, *begin, *last_id, file);
    if (!written) return written;
    archive = std::move(*written);
  }
  auto moved = write(database_, author, [&](Writing& writing) -> Result<void> {
    if (auto noted = note_archive(writing, archive); !noted) return noted;
    auto deleted = writing.connection.execute("DELETE FROM audit WHERE id <= ?", {archive.last_id});
    if (!deleted) return fail(deleted.error());
    return {};
  });
  if (!moved) return fail(moved.error());
  return archive;
}

Result<AuditCheck> verify_archive(const std::string& file) {
  std::ifstream lines(file, std::ios::binary);
  if (!lines) return fail(system_error("read", file, errno));
  std::string line;
  std::getline(lines, line);
  const auto header = header_from(line);
  if (!header) return fail(Errc::corrupt, "{} is no archive of an audit", file);
  ChainCheck check(header->before);
  while (std::getline(lines, line)) {
    const auto row = audit_row_from(line);
    if (!row) {
      check.break_at(check.next_id(),
                     fmt::format("the line of row {} is no row of an audit", check.next_id()));
    }
    if (!row || !check.add(*row)) return check.result();
  }
  if (lines.bad()) return fail(system_error("read", file, errno));
  const AuditCheck& found = check.result();
  if (found.last_id != header->last.id) {
    check.break_at(check.next_id(), fmt::format("row {} is not the last one that the first line "
                                                "promises, {}",
                                                found.last_id, header->last.id));
  } else if (found.hash != header->last.hash) {
    check.break_at(
        found.last_id,
        fmt::format("row {} has not the hash that the first line promises", found.last_id));
  }
  return check.result();
}

}  // namespace mega
