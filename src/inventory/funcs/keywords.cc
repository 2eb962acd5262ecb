#include "inventory/funcs/keywords.h"

#include <algorithm>

namespace mega {

Result<void> check_given(const Caller& caller, const Args& args,
                         const std::vector<ParamInfo>& keywords) {
  const bool changes = std::ranges::any_of(
      keywords, [&args](const ParamInfo& keyword) { return !args.find(keyword.name)->is_none(); });
  if (changes || caller.door != Door::legacy) return {};
  return fail(Errc::invalid_argument, "nothing is given to be changed");
}

}  // namespace mega
