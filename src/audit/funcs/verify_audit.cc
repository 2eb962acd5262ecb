// verify_audit(head=None) -> {ok, rows, first_id, last_id, previous, hash, broken, why}
//
// Verifies the chain of the audit. Errors: corrupt, unavailable (store).
#include "api/function.h"
#include "audit/audit_store.h"

namespace mega {
namespace {

const Service<AuditStore> audit_store{"audit"};

const Param<std::optional<std::string>> head{
    "head", nullptr, "the hash that an earlier check gave: it must be there still"};

Result<Value> verify_audit(Context& context, const Args& args) {
  const auto found = context[audit_store].verify_audit(args[head].value_or(""));
  if (!found) return fail(found.error());
  return Value(Map{{"ok", !found->broken},
                   {"rows", found->rows},
                   {"first_id", found->first_id},
                   {"last_id", found->last_id},
                   {"previous", found->previous},
                   {"hash", found->hash},
                   {"broken", found->broken ? Value(*found->broken) : Value()},
                   {"why", found->why}});
}

const Registered<Function> function{{
    .name = "verify_audit",
    .summary = "Check that nobody changed the audit",
    .params = {head},
    .permission = Permission::admin,
    .shape = Shape::value,
    .example = "mega call verify_audit",
    .detail = "A map: ok; how many rows hold, the first and the last of them; previous, the hash "
              "before the\n"
              "first (of the last archived row); hash, that of the last, the head; broken, the "
              "first row that\n"
              "does not hold, and why. Removed rows at the end show only against a head that was "
              "kept elsewhere.",
    .run = verify_audit,
}};

}  // namespace
}  // namespace mega
