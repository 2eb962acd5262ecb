// The keywords of add_database and mod_database, beside address, port and name.
#include "api/unwrapped.h"
#include "inventory/funcs/keywords.h"
#include "inventory/store/model.h"

namespace mega {
namespace {

struct Keywords {
  Param<std::optional<Natural>> level{"database_level", nullptr, "importance (1 for a new one)"};
  Param<std::optional<Natural>> owner{"database_owner", nullptr,
                                      "id of its owner (1 for a new one)"};
  Param<std::optional<Natural>> business{"database_business", nullptr,
                                         "id of its business (1 for a new one)"};
  Param<std::optional<Time>> online{"database_online", nullptr,
                                    "in service since (now for a new one)"};
  // For mod_database only.
  Param<std::optional<Name>> name{"database_name", nullptr, "new name"};
  Param<std::optional<bool>> stat{"database_stat", nullptr, "1 online, 0 offline"};
};

// Constructed on first use: that is during static initialisation of other files.
const Keywords& keywords() {
  static const Keywords all;
  return all;
}

}  // namespace

std::vector<ParamInfo> database_keywords(Change change) {
  const Keywords& k = keywords();
  std::vector<ParamInfo> list{k.level, k.owner, k.business, k.online};
  if (change == Change::mod) list.insert(list.end(), {k.name, k.stat});
  return list;
}

DatabaseChange database_change(Change change, const Args& args) {
  const Keywords& k = keywords();
  const bool is_mod = change == Change::mod;
  return {
      .name = is_mod ? text_of(args[k.name]) : std::nullopt,
      .level = number_of(args[k.level]),
      .owner = number_of(args[k.owner]),
      .business = number_of(args[k.business]),
      .stat = is_mod ? number_of(args[k.stat]) : std::nullopt,
      .online_date = args[k.online],
  };
}

}  // namespace mega
