#include "server/warnings.h"

#include "base/text.h"

#include <algorithm>

namespace mega {

std::string warning_of_clear(const ServerOptions& options) {
  const bool open =
      std::ranges::any_of(options.listen, [](const ListenAddress& a) { return !a.loopback; });
  if (!open || !options.legacy.allow.reach_beyond_loopback()) return {};
  return fmt::format(
      "legacy.allow reaches beyond this host: callers of 2014 from there speak in the clear and "
      "are known by their address only, as {}",
      name_of(options.legacy.role));
}

std::vector<std::string> warnings_of_names(const std::vector<Rule>& rules,
                                           const std::function<bool(std::string_view)>& is_known) {
  const std::vector<std::string> roles{"reader", "agent", "operator"};
  std::vector<std::string> warnings;
  for (const Rule& rule : rules) {
    if (!is_exact(rule.who) || parse_role(rule.who) || is_known(rule.who)) continue;
    const std::string meant = did_you_mean(rule.who, roles);
    if (meant.empty()) continue;
    warnings.push_back(
        fmt::format("the rule {} is for a caller named {}, and nobody of that name has joined{}",
                    quoted(rule.text, 200), quoted(rule.who), meant));
  }
  return warnings;
}

}  // namespace mega
