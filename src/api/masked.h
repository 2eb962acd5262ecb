// Arguments as text for the log and the audit, without secrets and without the literals of
// statements.
#pragma once

#include "api/function.h"

#include <string>

namespace mega {

// "'10.0.0.1', server_name='db1', password='***'". A value is masked when is_secret()
// (value/masked.h) is true of its name, or of its key in a map at any depth; PEM is shown as (PEM).
// Truncated to `bytes_max`.
std::string masked_arguments(const Function& function, const CallArguments& given,
                             std::size_t bytes_max = 4096);

}  // namespace mega
