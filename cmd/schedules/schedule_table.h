// Schedules and their runs as tables for people.
#pragma once

#include "cmd/output.h"
#include "value/value.h"

#include <string>

namespace mega {

// Of the rows that get_all_schedule and get_all_schedule_run answer: what people look for, a line
// each. What went wrong is red, what did not run is yellow.
std::string schedules_table(const Value& rows, const TextStyle& style);
std::string runs_table(const Value& rows, const TextStyle& style);

// "every day at 02:30", with the zone when the schedule names one.
std::string when_text(const Map& schedule);

// The cell as text; empty when there is none.
std::string text_in(const Map& row, std::string_view column);

}  // namespace mega
