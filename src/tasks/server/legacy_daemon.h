// A daemon of 2014, asked from a thread that has nothing else to do: its port is dialled, it runs
// one script with one argument and answers (wait status, output) when that has ended.
#pragma once

#include "base/clock.h"
#include "tasks/store/task_model.h"

#include <atomic>
#include <string>

namespace mega {

// Whether a daemon of 2014 can run it. Errors: refused, saying what it has not.
Result<void> check_for_legacy(const TaskOrder& order);

// Blocks until the script has ended, its time is over, or `stop` is set: then the outcome is lost.
TaskOutcome run_on_legacy_daemon(const TaskHost& host, const TaskOrder& order, const Clock& clock,
                                 const std::atomic<bool>& stop);

// What its answer says. `payload`: "(768, 'out')", "-1".
TaskOutcome outcome_of_legacy_answer(const std::string& payload);

}  // namespace mega
