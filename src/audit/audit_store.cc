#include "audit/audit_store.h"
#include "audit/writing.h"

#include "base/text.h"
#include "base/utf8.h"
#include "sql/selection.h"

#include <limits>

namespace mega {
namespace {

// The widths of the columns.
constexpr std::size_t name_bytes_max = 255, function_bytes_max = 64, result_bytes_max = 255;

Result<ChainHead> head_of(Connection& connection, std::string_view sql) {
  auto cursor = connection.select(sql);
  if (!cursor) return fail(cursor.error());
  const auto row = cursor->next();
  if (!row) return fail(row.error());
  if (!*row) return ChainHead{};
  return ChainHead{cursor->integer(0), std::string(cursor->text(1))};
}

// Read in the transaction that adds the next row, so that two rows never follow the same row.
Result<ChainHead> chain_head(Connection& connection) {
  auto head = head_of(connection, "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1");
  if (!head || head->id != 0) return head;
  return archived_head(connection);
}

SqlParameter or_none(const std::optional<std::string>& text) {
  return text ? SqlParameter(std::string_view(*text)) : SqlParameter(std::monostate());
}

Result<void> append(Writing& writing, AuditRow row) {
  const Author& author = writing.author;
  const auto head = chain_head(writing.connection);
  if (!head) return fail(head.error());
  row.id = head->id + 1;
  row.time = writing.now;
  row.who = cut_utf8(author.who, name_bytes_max);
  row.door = author.door;
  row.peer = cut_utf8(author.peer, name_bytes_max);
  row.function = cut_utf8(author.function, function_bytes_max);
  row.args = author.args;
  row.hash = hash_of(row, head->hash);
  auto added = writing.connection.execute(
      "INSERT INTO audit (id, time, who, door, peer, `function`, args, `before`, `after`, result, "
      "hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {row.id, row.time.seconds, std::string_view(row.who), std::string_view(row.door),
       std::string_view(row.peer), std::string_view(row.function), std::string_view(row.args),
       or_none(row.before), or_none(row.after), std::string_view(row.result),
       std::string_view(row.hash)});
  if (!added) return fail(added.error());
  return {};
}

// A filter as the parameters of one prepared statement: an empty text matches all rows.
struct Bounds {
  std::int64_t since = std::numeric_limits<std::int64_t>::min();
  std::int64_t until = std::numeric_limits<std::int64_t>::max();
  std::string peer_and_port, peer_and_pid, result_kind;

  explicit Bounds(const AuditFilter& filter) {
    if (filter.since) since = filter.since->seconds;
    if (filter.until) until = filter.until->seconds;
    const bool is_ipv6 = filter.peer.find(':') != std::string::npos;
    peer_and_port = is_ipv6 ? "[" + filter.peer + "]:" : filter.peer + ":";
    peer_and_pid = filter.peer + " ";
    result_kind = filter.result + ":";
  }
};

std::int64_t size_of(const std::string& text) { return static_cast<std::int64_t>(text.size()); }

}  // namespace

Result<void> add_audit_row(Writing& writing, const std::optional<std::string>& before,
                           const std::string& after, std::string_view result) {
  AuditRow row;
  row.before = before;
  row.after = after;
  row.result = result;
  return append(writing, std::move(row));
}

std::optional<AuditRow> audit_row_at(const Cursor& cursor) {
  AuditRow row;
  int column = 0;
  for (std::int64_t* into : {&row.id, &row.time.seconds}) {
    if (cursor.kind(column) != CellKind::integer) return std::nullopt;
    *into = cursor.integer(column++);
  }
  for (std::string* into : {&row.who, &row.door, &row.peer, &row.function, &row.args}) {
    if (cursor.kind(column) != CellKind::text) return std::nullopt;
    *into = cursor.text(column++);
  }
  for (std::optional<std::string>* into : {&row.before, &row.after}) {
    if (cursor.kind(column) == CellKind::text) {
      *into = cursor.text(column);
    } else if (!cursor.is_none(column)) {
      return std::nullopt;
    }
    ++column;
  }
  for (std::string* into : {&row.result, &row.hash}) {
    if (cursor.kind(column) != CellKind::text) return std::nullopt;
    *into = cursor.text(column++);
  }
  return row;
}

Result<ChainHead> archived_head(Connection& connection) {
  return head_of(connection,
                 "SELECT last_id, hash FROM audit_archive ORDER BY last_id DESC LIMIT 1");
}

Result<void> AuditStore::add_refusal(const Author& author, const Error& why,
                                     std::int64_t held_back) {
  const std::string more =
      held_back == 0 ? "" : fmt::format("; {} refusals before it are not in the audit", held_back);
  AuditRow row;
  row.result = std::string(cut_utf8(fmt::format("{}: {}", kind(why.code), why.message),
                                    result_bytes_max - more.size())) +
               more;
  return write(database_, author,
               [&](Writing& writing) { return append(writing, std::move(row)); });
}

Result<Rows> AuditStore::audit(const AuditFilter& filter, const RowParts* parts) const {
  static const Selection newest_first(
      {{"id", "id"},
       {"time", "time", FieldKind::time},
       {"who", "who"},
       {"door", "door"},
       {"peer", "peer"},
       {"function", "`function`"},
       {"args", "args"},
       {"before", "`before`"},
       {"after", "`after`"},
       {"result", "result"},
       {"hash", "hash"}},
      "FROM audit WHERE time >= ? AND time < ? AND (? = '' OR who = ?) "
      "AND (? = '' OR `function` = ?) AND (? = '' OR door = ?) "
      "AND (? = '' OR peer = ? OR substr(peer, 1, ?) = ? OR substr(peer, 1, ?) = ?) "
      "AND (? = '' OR result = ? OR substr(result, 1, ?) = ?) AND (? = 0 OR result NOT IN ('done', "
      "'scheduled')) "
      "AND (? = '' OR instr(lower(args), ?) > 0 OR instr(lower(`before`), ?) > 0 "
      "OR instr(lower(`after`), ?) > 0 OR instr(lower(result), ?) > 0) ORDER BY id DESC LIMIT ?");
  const auto rows_max = checked_limit(filter.limit);
  if (!rows_max) return fail(rows_max.error());
  const Bounds bounds(filter);
  const std::string_view who = filter.who, function = filter.function, door = filter.door;
  const std::string_view peer = filter.peer, result = filter.result;
  const std::string lower = to_lower(filter.text);
  const std::string_view text = lower;
  const SqlParameters parameters = {bounds.since,
                                    bounds.until,
                                    who,
                                    who,
                                    function,
                                    function,
                                    door,
                                    door,
                                    peer,
                                    peer,
                                    size_of(bounds.peer_and_port),
                                    std::string_view(bounds.peer_and_port),
                                    size_of(bounds.peer_and_pid),
                                    std::string_view(bounds.peer_and_pid),
                                    result,
                                    result,
                                    size_of(bounds.result_kind),
                                    std::string_view(bounds.result_kind),
                                    std::int64_t{filter.refused},
                                    text,
                                    text,
                                    text,
                                    text,
                                    text,
                                    *rows_max};
  const auto lease = database_.read();
  if (!parts) return newest_first.rows(*lease, parameters);
  RowCollector rows(newest_first.columns(), *rows_max, *parts);
  if (auto walked = newest_first.collect(*lease, parameters, rows); !walked) {
    return fail(walked.error());
  }
  return rows.take();
}

}  // namespace mega
