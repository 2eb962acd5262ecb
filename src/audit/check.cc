// AuditStore::verify_audit(): verifies the chain of the rows in the store.
#include "audit/archive.h"
#include "audit/audit_store.h"
#include "audit/writing.h"

namespace mega {
namespace {

// The newest archive. The audit row about it follows the archived rows, so it must be among the
// rows in the store; otherwise the first rows were deleted and only claimed to be archived.
Result<std::optional<AuditArchive>> newest_archive(Connection& connection) {
  auto cursor = connection.select(
      "SELECT first_id, last_id, hash, file FROM audit_archive ORDER BY last_id DESC LIMIT 1");
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return std::nullopt;
  return AuditArchive{.rows = cursor->integer(1) - cursor->integer(0) + 1,
                      .first_id = cursor->integer(0),
                      .last_id = cursor->integer(1),
                      .hash = std::string(cursor->text(2)),
                      .file = std::string(cursor->text(3))};
}

}  // namespace

Result<AuditCheck> AuditStore::verify_audit(const std::string& head) const {
  const auto lease = database_.read();
  auto snapshot = Transaction::begin(*lease, Transaction::Kind::read);
  if (!snapshot) return fail(snapshot.error());
  const auto archive = newest_archive(*lease);
  if (!archive) return fail(archive.error());
  const ChainHead begin = *archive ? ChainHead{(*archive)->last_id, (*archive)->hash} : ChainHead{};
  const std::string act = *archive ? to_json(**archive) : "";
  bool act_found = !*archive, head_found = head.empty() || head == begin.hash;

  ChainCheck check(begin);
  static const std::string sql = fmt::format("SELECT {} FROM audit ORDER BY id", audit_columns);
  auto cursor = lease->select(sql);
  if (!cursor) return fail(cursor.error());
  for (;;) {
    const auto more = cursor->next();
    if (!more) return fail(more.error());
    if (!*more) break;
    const auto row = audit_row_at(*cursor);
    if (!row) {
      const std::int64_t id = cursor->integer(0);
      check.break_at(id, fmt::format("row {} has a cell of a kind that mega does not write", id));
    }
    if (!row || !check.add(*row)) return check.result();
    act_found |= row->after == act;
    head_found |= row->hash == head;
  }
  if (!act_found) {
    check.break_at(begin.id + 1, fmt::format("the rows up to {} are said to be in {}, but no row "
                                             "tells of that archive",
                                             begin.id, (*archive)->file));
  } else if (!head_found) {
    check.break_at(check.next_id(),
                   fmt::format("no row has the hash {}: rows at the end were removed, or it is of "
                               "one in an archive",
                               head));
  }
  return check.result();
}

}  // namespace mega
