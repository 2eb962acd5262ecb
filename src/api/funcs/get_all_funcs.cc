// get_all_funcs() -> [{'name': ..., 'args': 'ArgSpec(...)'}, ...]
//
// The callable functions, the thirty of 2014 first. Errors: none.
#include "api/describe.h"
#include "api/function.h"

namespace mega {
namespace {

// Callers of 2014 do not see internal functions.
bool is_listed(const Context& context, const Function& listed) {
  return !listed.internal || context.caller.door != Door::legacy;
}

Result<Value> get_all_funcs(Context& context, const Args&) {
  static const auto columns =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"name", "args"});
  Rows rows{columns, {}};
  for (const Function* listed : all_functions()) {
    if (!is_listed(context, *listed)) continue;
    rows.cells.emplace_back(listed->name);
    rows.cells.emplace_back(arg_spec(*listed));
  }
  return Value(std::move(rows));
}

const Registered<Function> function{{
    .name = "get_all_funcs",
    .summary = "List the functions with their arguments",
    .permission = Permission::read,
    .shape = Shape::value,
    .internal = true,
    .example = "mega call get_all_funcs",
    .detail = "Rows: name, args. The thirty of 2014 come first.",
    .run = get_all_funcs,
}};

}  // namespace
}  // namespace mega
