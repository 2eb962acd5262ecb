// The share of one owner of schedules: how many, how large and how often.
//
//   owner                     schedules   bytes of arguments   due times
//   reader, agent, 2014       1000        1 MiB                1 a second
//   operator                  1000        16 MiB               10 a second
//   admin                     1000        no limit             no limit
//
// Schedules that are done do not count; paused ones have no due times. All peers of 2014 are one
// owner.
#pragma once

#include "audit/writing.h"
#include "schedules/store/schedule_model.h"

namespace mega {

// Checks the schedule, which is new or changed, together with the others of its owner. Errors:
// refused, naming the limit.
Result<void> check_owner_share(Writing& writing, const Schedule& schedule);

}  // namespace mega
