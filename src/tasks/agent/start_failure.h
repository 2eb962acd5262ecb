// Explains why a program could not be started: execve(2) reports a missing interpreter as if the
// script itself were missing.
#pragma once

#include <cstdint>
#include <string>

namespace mega {

// `step`: of the supervisor (start_step_name); `error`: the errno. Reads the program's first line.
std::string describe_start_failure(const std::string& program, std::int32_t step, int error);

}  // namespace mega
