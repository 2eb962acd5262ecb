#include "sql/dialect.h"

#include <algorithm>

namespace mega {

Result<std::string> translate(std::string_view sql, Dialect dialect) {
  std::string out;
  out.reserve(sql.size());
  char quote = 0;  // the quote that the next of its kind ends
  for (std::size_t at = 0; at < sql.size(); ++at) {
    const char c = sql[at];
    if (quote != 0 || c != '{') {
      if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '\'' || c == '`')) {
        quote = c;
      }
      out += c;
      continue;
    }
    const std::size_t end = std::min(sql.find('}', at), sql.size());
    const std::string_view word = sql.substr(at + 1, end - at - 1);
    const auto found = std::ranges::find(dialect, word, &DialectWord::word);
    if (found == dialect.end()) return fail(Errc::internal, "no engine's SQL for {{{}}}", word);
    out += found->sql;
    at = end;
  }
  return out;
}

}  // namespace mega
