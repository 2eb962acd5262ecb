// Schedules and their runs as tables for people.
#pragma once

#include "cmd/output.h"
#include "value/value.h"

#include <string>

namespace mega {

// Tables of the rows that get_all_schedule and get_all_schedule_run answer, one line each. Failed
// runs are red, missed and skipped ones yellow.
std::string schedules_table(const Value& rows, const TextStyle& style);
std::string runs_table(const Value& rows, const TextStyle& style);

// "every day at 02:30", with the zone when the schedule names one.
std::string when_text(const Map& schedule);

// The cell as text; empty if missing.
std::string text_in(const Map& row, std::string_view column);

}  // namespace mega
