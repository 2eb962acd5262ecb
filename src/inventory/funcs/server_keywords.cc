// What add_server and mod_server take beside the address.
#include "api/unwrapped.h"
#include "inventory/funcs/keywords.h"

namespace mega {
namespace {

struct Keywords {
  Param<std::optional<Name>> name{"server_name", nullptr, "name (its address for a new one)"};
  Param<std::optional<std::string>> os{"server_os", nullptr,
                                       "operating system (Linux for a new one)"};
  Param<std::optional<Natural>> owner{"server_owner", nullptr, "id of its owner (1 for a new one)"};
  Param<std::optional<Time>> online{"server_online", nullptr,
                                    "in service since (now for a new one)"};
  Param<std::optional<std::string>> plant{"server_plant", nullptr, "hardware or place"};
  Param<std::optional<Natural>> type{"server_type", nullptr,
                                     "the site's own number for it (0 for a new one)"};
  Param<std::optional<std::string>> cluster{"server_cluster", nullptr, "its cluster"};
  Param<std::optional<std::string>> site{"server_site", nullptr, "its site"};
  Param<std::optional<Tags>> tags{"server_tags", nullptr, "all its tags, such as env=prod,tier=1"};
  // Only of mod_server.
  Param<std::optional<Address>> ip{"server_ip", nullptr, "new address; its instances move too"};
  Param<std::optional<bool>> stat{"server_stat", nullptr, "1 online, 0 offline"};
};

// Made when first asked for, which is while other files still register their functions.
const Keywords& keywords() {
  static const Keywords all;
  return all;
}

}  // namespace

std::vector<ParamInfo> server_keywords(Change change) {
  const Keywords& k = keywords();
  std::vector<ParamInfo> list{k.name, k.os,      k.owner, k.online, k.plant,
                              k.type, k.cluster, k.site,  k.tags};
  if (change == Change::mod) list.insert(list.end(), {k.ip, k.stat});
  return list;
}

ServerChange server_change(Change change, const Args& args) {
  const Keywords& k = keywords();
  const bool is_mod = change == Change::mod;
  return {
      .ip = is_mod ? text_of(args[k.ip]) : std::nullopt,
      .name = text_of(args[k.name]),
      .os = args[k.os],
      .plant = args[k.plant],
      .cluster = args[k.cluster],
      .site = args[k.site],
      .type = number_of(args[k.type]),
      .owner = number_of(args[k.owner]),
      .stat = is_mod ? number_of(args[k.stat]) : std::nullopt,
      .online_date = args[k.online],
      .tags = args[k.tags],
  };
}

}  // namespace mega
