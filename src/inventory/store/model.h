// The records of the inventory.
#pragma once

#include "base/clock.h"
#include "value/listing.h"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mega {

// The tag of a server that the server dials, and the tag, added by the store, of one that it does
// not dial, because the caller that set `daemon` may not decide that.
inline constexpr const char* daemon_tag = "daemon";
inline constexpr const char* unconfirmed_daemon_tag = "daemon.unconfirmed";

struct ServerRecord {
  std::int64_t id = 0;
  std::string ip;  // canonical text of an IPv4 or IPv6 address, unique
  std::string name;
  std::string os;
  std::int64_t stat = 1;
  std::int64_t type = 0;
  std::string plant;
  std::int64_t owner = 1;  // id of a user; that user need not be known
  Time online_date;
  std::string cluster;
  std::string site;
  Tags tags;
  friend bool operator==(const ServerRecord&, const ServerRecord&) = default;
};

struct InstanceRecord {
  std::int64_t id = 0;
  std::string ip;  // of its server
  std::int64_t port = 3306;
  std::int64_t server_id = 0;
  std::string name;
  std::int64_t level = 1;
  std::int64_t owner = 1;
  std::int64_t business = 1;
  std::string db_type;
  std::string ha_type;
  std::int64_t role = 1;  // 1 master, 2 slave, 3 single
  std::string version;
  std::int64_t master_id = 0;  // id of an instance; 0: none
  std::int64_t slowlog = 0;
  std::int64_t stat = 1;
  Time online_date;
  std::string cluster;
  std::string site;
  Tags tags;
  friend bool operator==(const InstanceRecord&, const InstanceRecord&) = default;
};

struct DatabaseRecord {
  std::int64_t id = 0;
  std::string ip;
  std::int64_t port = 3306;
  std::int64_t instance_id = 0;
  std::string name;
  std::int64_t level = 1;
  std::int64_t owner = 1;
  std::int64_t business = 1;
  std::int64_t stat = 1;
  Time online_date;
  friend bool operator==(const DatabaseRecord&, const DatabaseRecord&) = default;
};

// The fields given to an add_ or mod_ function; an absent one means the default (add) or
// unchanged (mod).
struct ServerChange {
  std::optional<std::string> ip;  // mod only: the new address; its instances move with it
  std::optional<std::string> name, os, plant, cluster, site;
  std::optional<std::int64_t> type, owner, stat;
  std::optional<Time> online_date;
  std::optional<Tags> tags;  // replaces all tags
  // Whether the caller may have the server dial that address (tag `daemon`); empty: any address.
  std::function<bool(const std::string& ip)> may_confirm{};
};

struct InstanceChange {
  std::optional<std::string> ip;     // mod only: moves it to that server, added when missing
  std::optional<std::int64_t> port;  // mod only
  std::optional<std::string> name, db_type, ha_type, version, cluster, site;
  std::optional<std::int64_t> level, owner, business, role, master_id, slowlog, stat;
  std::optional<Time> online_date;
  std::optional<Tags> tags;
};

struct DatabaseChange {
  std::optional<std::string> name;  // mod only
  std::optional<std::int64_t> level, owner, business, stat;
  std::optional<Time> online_date;
};

// An owner, that is a person or group (table user), or a business that servers and databases serve
// (table business).
struct Named {
  std::int64_t id = 0;
  std::string name;
  std::string comment;
  std::int64_t stat = 1;
  friend bool operator==(const Named&, const Named&) = default;
};

struct NamedChange {
  std::optional<std::string> name, comment;
  std::optional<std::int64_t> stat;
};

}  // namespace mega
