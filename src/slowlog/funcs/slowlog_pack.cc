// slowlog_pack(sql) -> id
//
// The id of a statement's fingerprint. Not implemented yet.
#include "api/function.h"

namespace mega {
namespace {

const Param<std::string> sql{"sql", "the statement"};

const Registered<Function> function{{
    .name = "slowlog_pack",
    .summary = "Give the id of a statement's fingerprint",
    .params = {sql},
    .of_2014 = true,
    .permission = Permission::write,
    .changes = true,
    .shape = Shape::value,
    .detail = "A fingerprint that is new is stored.",
}};

}  // namespace
}  // namespace mega
