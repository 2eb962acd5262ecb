// The columns of servers, instances and databases, in the order that callers of 2014 expect. The
// aliases in the SQL: s server, i instance, d databases, u user, b business.
#pragma once

#include "sql/field.h"

#include <string>
#include <vector>

namespace mega {

inline const std::vector<Field> server_fields = {
    {"id", "s.id", FieldKind::number},
    {"ip", "s.ip", FieldKind::address},
    {"name", "s.name"},
    {"os", "s.os"},
    {"stat", "s.stat", FieldKind::number},
    {"type", "s.type", FieldKind::number},
    {"plant", "s.plant"},
    {"owner", "s.owner", FieldKind::number},
    {"owner_name", "u.name"},
    {"online_date", "s.online_date", FieldKind::time},
};

inline const std::vector<Field> instance_fields = {
    {"id", "i.id", FieldKind::number},
    {"name", "i.name"},
    {"server_id", "i.server_id", FieldKind::number},
    {"ip", "s.ip", FieldKind::address},
    {"port", "i.port", FieldKind::number},
    {"owner", "u.name"},
    {"owner_id", "i.owner", FieldKind::number},
    {"level", "i.level", FieldKind::number},
    {"business_id", "i.business", FieldKind::number},
    {"business", "b.business"},
    {"db_type", "i.db_type"},
    {"ha_type", "i.ha_type"},
    {"role", "i.role", FieldKind::number},
    {"version", "i.version", FieldKind::version},
    {"master_id", "i.master_id", FieldKind::number},
    {"slowlog", "i.slowlog", FieldKind::number},
    {"stat", "i.stat", FieldKind::number},
    {"online_date", "i.online_date", FieldKind::time},
};

// A database is online only while its instance is. Its own stat is kept, so that an instance that
// is brought back brings its databases back.
inline const std::vector<Field> database_fields = {
    {"id", "d.id", FieldKind::number},
    {"ip", "s.ip", FieldKind::address},
    {"port", "i.port", FieldKind::number},
    {"name", "d.name"},
    {"level", "d.level", FieldKind::number},
    {"instance_id", "d.instance_id", FieldKind::number},
    {"business_id", "d.business", FieldKind::number},
    {"business", "b.business"},
    {"owner", "d.owner", FieldKind::number},
    {"owner_name", "u.name"},
    {"online_date", "d.online_date", FieldKind::time},
    {"stat", "d.stat * i.stat", FieldKind::number},
};

// Joined in that order, the index on ip yields the rows in the order of lists.
inline const std::string server_tables = "FROM server s LEFT JOIN user u ON u.id = s.owner ";
inline const std::string instance_tables =
    "FROM server s {ordered join} instance i ON i.server_id = s.id "
    "LEFT JOIN user u ON u.id = i.owner LEFT JOIN business b ON b.id = i.business ";
inline const std::string database_tables =
    "FROM server s {ordered join} instance i ON i.server_id = s.id "
    "{ordered join} `databases` d ON d.instance_id = i.id "
    "LEFT JOIN user u ON u.id = d.owner LEFT JOIN business b ON b.id = d.business ";

}  // namespace mega
