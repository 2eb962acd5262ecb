// get_audit(count=100, since=None, until=None, who=None, function=None, refused=False, door=None,
//           peer=None, result=None, text=None) -> ([{id, time, who, ...}, ...], code)
//
// The latest changes and refusals, newest first. Errors: unavailable (store).
#include "api/answers.h"
#include "api/function.h"
#include "audit/audit_store.h"

namespace mega {
namespace {

const Service<AuditStore> audit_store{"audit"};

const Param<Natural> count{"count", 100, "the newest so many; 0: all"};
const Param<std::optional<Time>> since{"since", nullptr, "from that time on"};
const Param<std::optional<Time>> until{"until", nullptr, "before that time"};
const Param<std::optional<std::string>> who{"who", nullptr, "of that caller"};
const Param<std::optional<std::string>> named{"function", nullptr, "calls of that function"};
const Param<bool> refused{"refused", false, "refusals only"};
const Param<std::optional<std::string>> door{"door", nullptr, "unix, tls or legacy"};
const Param<std::optional<std::string>> peer{"peer", nullptr,
                                             "from there: an address, with or without its port"};
const Param<std::optional<std::string>> result{
    "result", nullptr, "done, scheduled, or the kind of a refusal: not_allowed"};
const Param<std::optional<std::string>> text{
    "text", nullptr, "in args, before, after or result; capitals do not count"};

Result<Value> get_audit(Context& context, const Args& args) {
  const AuditFilter filter{.since = args[since],
                           .until = args[until],
                           .who = args[who].value_or(""),
                           .function = args[named].value_or(""),
                           .door = args[door].value_or(""),
                           .peer = args[peer].value_or(""),
                           .result = args[result].value_or(""),
                           .refused = args[refused],
                           .text = args[text].value_or(""),
                           .limit = args[count].number};
  return all(context[audit_store].audit(filter, context.parts));
}

const Registered<Function> function{{
    .name = "get_audit",
    .summary = "List the newest changes and refusals",
    .params = {count, since, until, who, named, refused, door, peer, result, text},
    .permission = Permission::admin,
    .shape = Shape::data_and_code,
    .example = "mega call get_audit count=20",
    .detail = "Rows: id, time, who, door, peer, function, args, before, after, result, hash. The "
              "result of a\n"
              "change is done, that of a call for later scheduled, that of a refusal its kind and "
              "sentence.",
    .run = get_audit,
}};

}  // namespace
}  // namespace mega
