// add_slow_log(log_info) -> id
//
// Stores one slow statement. Not implemented yet.
#include "api/function.h"

namespace mega {
namespace {

const Param<Value> log_info{"log_info", "the statement: a map"};

const Registered<Function> function{{
    .name = "add_slow_log",
    .summary = "Store one slow statement",
    .params = {log_info},
    .of_2014 = true,
    .permission = Permission::agent,
    .changes = true,
    .checks_host = true,  // the host is in log_info
    .shape = Shape::value,
    .detail =
        "Keys of log_info in any case: db_host, port, start_time, user, user_host, query_time,\n"
        "lock_time, rows_sent, rows_examined, sql_text, sql_explained, dbname. Answers its id.",
}};

}  // namespace
}  // namespace mega
