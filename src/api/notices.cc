#include "api/notices.h"

#include <cassert>

namespace mega {
namespace {

constexpr std::size_t told_max = 10'000;

}  // namespace

std::string_view name_of(NoticeLevel level) {
  switch (level) {
    case NoticeLevel::info:
      return "info";
    case NoticeLevel::warning:
      return "warning";
    case NoticeLevel::critical:
      return "critical";
  }
  return "";
}

void ToldOnce::tell(const Notice& notice) {
  assert(!notice.once.empty());
  if (told_.size() >= told_max) told_.clear();  // the store remembers them too
  if (told_.insert(notice.once).second) notices_.raise(notice);
}

}  // namespace mega
