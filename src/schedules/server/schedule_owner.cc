#include "schedules/server/schedule_owner.h"

#include "access/store/access_store.h"
#include "base/text.h"
#include "schedules/store/schedule_model.h"

namespace mega {
namespace {

Result<Caller> holder_now(const ScheduleOwner& owner, const AccessStore& store) {
  const auto role = store.standing_role_of(owner.who);
  if (!role) return fail(role.error());
  if (!*role) {
    return fail(Errc::not_allowed, "the owner of the schedule, {}, has no certificate that counts",
                quoted(owner.who));
  }
  const auto parsed = parse_role(**role);
  if (!parsed) return fail(Errc::not_allowed, "{}", parsed.error().message);
  return Caller{.door = Door::tls, .role = *parsed, .name = owner.who, .address = owner.address};
}

Result<Caller> peer_now(const ScheduleOwner& owner, const LegacyRule& legacy) {
  if (!legacy.allow.contains(owner.address)) {
    return fail(Errc::not_allowed, "{} is not in legacy.allow any more", owner.address);
  }
  return Caller{.door = Door::legacy, .role = legacy.role, .name = "", .address = owner.address};
}

}  // namespace

Result<Caller> caller_now(const Schedule& schedule, const AccessStore& store,
                          const LegacyRule& legacy) {
  const ScheduleOwner& owner = schedule.owner;
  Result<Caller> caller = fail(Errc::corrupt, "schedule {} was made at no door", schedule.id);
  if (owner.door == name_of(Door::unix_socket)) {
    caller = Caller{.door = Door::unix_socket, .role = Role::admin, .name = owner.who};
  } else if (owner.door == name_of(Door::tls)) {
    caller = holder_now(owner, store);
  } else if (owner.door == name_of(Door::legacy)) {
    caller = peer_now(owner, legacy);
  }
  if (caller) caller->peer = fmt::format("schedule={}", schedule.id);
  return caller;
}

}  // namespace mega
