// report_routine(time=None) -> 1
//
// Adds the daily report to the mail queue, once a day, for the addresses of alert.to with the kind
// report; does nothing before `time`. Errors: invalid_argument; unavailable when the server sends
// no mail; unavailable (store).
#include "alerts/server/daily_report.h"
#include "api/function.h"
#include "mail/server/outbox.h"

namespace mega {
namespace {

const Service<const Outbox> outbox{"outbox"};
const Service<const Alerts> alerts{"alerts"};

const Param<std::optional<std::string>> time{"time", nullptr, "HH:MM, not before it; None: now"};

Result<Value> report_routine(Context& context, const Args& args) {
  const Outbox* const out = context.find(outbox);
  const Alerts* const told = context.find(alerts);
  if (!out || !told) return fail(Errc::unavailable, "this server sends no mail");
  const Time now = context.clock.now();
  if (const auto given = args[time]) {
    const auto minute = parse_time_of_day(*given);
    if (!minute) return fail(Errc::invalid_argument, "time: {}", minute.error().message);
    if (minute_of_day(now) < *minute) return Value(1);
  }
  const auto sent = send_daily_report(context.services, *out, *told, context.author, now);
  if (!sent) return fail(sent.error());
  return Value(1);
}

const Registered<Function> function{{
    .name = "report_routine",
    .summary = "Send the daily mail when it is due",
    .params = {time},
    .of_2014 = true,
    .permission = Permission::run,
    .changes = true,
    .shape = Shape::value,
    .example = "mega call report_routine",
    .detail =
        "Silent daemons, failed tasks, mail that did not arrive, clusters with different "
        "versions,\n"
        "certificates that end soon, refused calls, changes of the inventory: each when there "
        "is something, with\n"
        "the command that looks closer. One a day, whatever restarts and however often it is "
        "called. The setting\n"
        "report.time has the server do it.",
    .run = report_routine,
}};

}  // namespace
}  // namespace mega
