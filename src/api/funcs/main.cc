// main() -> None
//
// Does nothing and answers None. Exists because the seed lists it, so callers may call it.
#include "api/function.h"

namespace mega {
namespace {

Result<Value> run(Context&, const Args&) { return Value(); }

const Registered<Function> function{{
    .name = "main",
    .summary = "Answer None; kept because the functions of 2014 had it",
    .of_2014 = true,
    .permission = Permission::read,
    .shape = Shape::value,
    .example = "mega call main",
    .run = run,
}};

}  // namespace
}  // namespace mega
