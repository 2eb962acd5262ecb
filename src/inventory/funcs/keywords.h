// The keywords of the add_ and mod_ functions, declared once for both: name, kind and meaning of
// each, and the store's change that they describe together.
#pragma once

#include "api/function.h"
#include "inventory/store/model.h"

#include <vector>

namespace mega {

// mod_ functions also have keywords that move or rename a row, and its stat.
enum class Change { add, mod };

std::vector<ParamInfo> server_keywords(Change change);
std::vector<ParamInfo> instance_keywords(Change change);
std::vector<ParamInfo> database_keywords(Change change);

// Requires: the function declared the keywords of the same `change`.
ServerChange server_change(Change change, const Args& args);
InstanceChange instance_change(Change change, const Args& args);
DatabaseChange database_change(Change change, const Args& args);

// Errors: invalid_argument when a peer of 2014 gives none of the keywords: it expects the code 2.
// Any other caller may: the call changes nothing and succeeds.
Result<void> check_given(const Caller& caller, const Args& args,
                         const std::vector<ParamInfo>& keywords);

}  // namespace mega
