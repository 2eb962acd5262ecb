#include "store/audit.h"

#include "store/selection.h"

namespace mega {

Result<void> add_audit_row(Writing& writing, const std::optional<std::string>& before,
                           const std::string& after) {
  const Author& author = writing.author;
  const SqlParameter former =
      before ? SqlParameter(std::string_view(*before)) : SqlParameter(std::monostate());
  auto added = writing.connection.execute(
      "INSERT INTO audit (time, who, door, peer, `function`, args, `before`, `after`, result) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'done')",
      {writing.now.seconds, std::string_view(author.who), std::string_view(author.door),
       std::string_view(author.peer), std::string_view(author.function),
       std::string_view(author.args), former, std::string_view(after)});
  if (!added) return fail(added.error());
  return {};
}

Result<Rows> Store::audit(std::int64_t limit) const {
  static const Selection newest_first({{"id", "id"},
                                       {"time", "time", FieldKind::time},
                                       {"who", "who"},
                                       {"door", "door"},
                                       {"peer", "peer"},
                                       {"function", "`function`"},
                                       {"args", "args"},
                                       {"before", "`before`"},
                                       {"after", "`after`"},
                                       {"result", "result"}},
                                      "FROM audit ORDER BY id DESC LIMIT ?");
  const auto rows_max = checked_limit(limit);
  if (!rows_max) return fail(rows_max.error());
  const auto lease = parts_->connections.read();
  return newest_first.rows(*lease, {*rows_max});
}

}  // namespace mega
