// The keywords of add_instance and mod_instance, beside address and port.
#include "api/unwrapped.h"
#include "inventory/funcs/keywords.h"
#include "inventory/store/model.h"

namespace mega {
namespace {

struct Keywords {
  Param<std::optional<Natural>> level{"instance_level", nullptr, "importance (1 for a new one)"};
  Param<std::optional<Name>> name{"instance_name", nullptr, "name (its address for a new one)"};
  Param<std::optional<Natural>> owner{"instance_owner", nullptr,
                                      "id of its owner (1 for a new one)"};
  Param<std::optional<Natural>> business{
      "instance_business", nullptr, "id of its business (1 for a new one)", {"instance_bussiness"}};
  Param<std::optional<Time>> online{"instance_online", nullptr,
                                    "in service since (now for a new one)"};
  Param<std::optional<std::string>> db_type{"instance_db_type",
                                            nullptr,
                                            "MySQL, MariaDB, ... (MySQL for a new one)",
                                            {"instance_dbtype"}};
  Param<std::optional<std::string>> ha_type{
      "instance_ha_type", nullptr, "how it is replicated (MS for a new one)", {"instance_hatype"}};
  Param<std::optional<std::string>> version{"instance_version", nullptr,
                                            "version of its program, as text"};
  Param<std::optional<InstanceRole>> role{"instance_role", nullptr,
                                          "1 master, 2 slave, 3 single (1 for a new one)"};
  Param<std::optional<Natural>> master{"instance_master", nullptr,
                                       "id of the instance that it replicates from; 0: none"};
  Param<std::optional<bool>> slowlog{"instance_slowlog", nullptr,
                                     "whether its slow log is collected (0 for a new one)"};
  Param<std::optional<std::string>> cluster{"instance_cluster", nullptr, "its cluster"};
  Param<std::optional<std::string>> site{"instance_site", nullptr, "its site"};
  Param<std::optional<Tags>> tags{"instance_tags", nullptr,
                                  "all its tags, such as env=prod,tier=1"};
  // For mod_instance only.
  Param<std::optional<Address>> ip{"instance_ip", nullptr,
                                   "moves it to that server, which is added when missing"};
  Param<std::optional<Port>> port{"instance_port", nullptr, "new port"};
  Param<std::optional<bool>> stat{"instance_stat", nullptr, "1 online, 0 offline"};
};

// Constructed on first use: that is during static initialisation of other files.
const Keywords& keywords() {
  static const Keywords all;
  return all;
}

}  // namespace

std::vector<ParamInfo> instance_keywords(Change change) {
  const Keywords& k = keywords();
  std::vector<ParamInfo> list{k.level,   k.name,    k.owner,   k.business, k.online,
                              k.db_type, k.ha_type, k.version, k.role,     k.master,
                              k.slowlog, k.cluster, k.site,    k.tags};
  if (change == Change::mod) list.insert(list.end(), {k.ip, k.port, k.stat});
  return list;
}

InstanceChange instance_change(Change change, const Args& args) {
  const Keywords& k = keywords();
  const bool is_mod = change == Change::mod;
  return {
      .ip = is_mod ? text_of(args[k.ip]) : std::nullopt,
      .port = is_mod ? number_of(args[k.port]) : std::nullopt,
      .name = text_of(args[k.name]),
      .db_type = args[k.db_type],
      .ha_type = args[k.ha_type],
      .version = args[k.version],
      .cluster = args[k.cluster],
      .site = args[k.site],
      .level = number_of(args[k.level]),
      .owner = number_of(args[k.owner]),
      .business = number_of(args[k.business]),
      .role = number_of(args[k.role]),
      .master_id = number_of(args[k.master]),
      .slowlog = number_of(args[k.slowlog]),
      .stat = is_mod ? number_of(args[k.stat]) : std::nullopt,
      .online_date = args[k.online],
      .tags = args[k.tags],
  };
}

}  // namespace mega
