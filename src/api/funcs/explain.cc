// explain(function, args='', name=None, role=None, address=None, type=0, target=None)
//     -> {allowed, why, name, role, door, permission}
//
// Whether a call would be allowed, and the reason; does not make the call. Errors: not_allowed
// (another caller's rights, for a caller other than an admin), invalid_argument (an unknown role),
// and the call's own errors that do not depend on the caller.
#include "api/dispatch.h"
#include "api/function.h"

namespace mega {
namespace {

const Param<Name> function_name{"function", "the function that would be called"};
const Param<Value> call_args{"args", "",
                             "its arguments: text as between the parentheses of a call, or a map",
                             BytesMax{16 << 20}};
const Param<std::optional<Name>> name{"name", nullptr, "somebody else, who would call it"};
const Param<std::optional<std::string>> role{"role", nullptr,
                                             "what that one is: reader, agent or operator"};
const Param<std::optional<Address>> address{"address", nullptr,
                                            "where that one calls from: an agent's own host"};
const Param<Natural> type{"type", 0, "1: function is a script for the hosts of target"};
const Param<Value> target{"target", nullptr, "a host, or a list of hosts", BytesMax{1 << 20}};

// The given role, or the role that the server gave to the name.
Result<Role> role_of(const Api& api, const Args& args) {
  if (const auto given = args[role]) return parse_role(*given);
  const std::string who = args[name] ? args[name]->text : "";
  if (!who.empty() && api.role_of) {
    if (const auto known = api.role_of(who)) return *known;
  }
  return fail(Errc::invalid_argument,
              "the server knows no role of {}: say it with role=reader, agent or operator",
              who.empty() ? "a caller without a name" : who);
}

// The caller to examine: the actual one, or for an admin any certificate holder.
Result<Caller> who_calls(const Context& context, const Args& args) {
  if (!args[name] && !args[role] && !args[address]) return context.caller;
  if (context.caller.role != Role::admin) {
    return fail(Errc::not_allowed,
                "what others may do is for admins, at the unix socket of the server; without name, "
                "role and address explain tells what {} may",
                described(context.caller));
  }
  const auto found = role_of(context.api, args);
  if (!found) return fail(found.error());
  return Caller{.door = Door::tls,
                .role = *found,
                .name = args[name] ? args[name]->text : "",
                .address = args[address] ? args[address]->text : ""};
}

Result<Value> explain(Context& context, const Args& args) {
  const auto caller = who_calls(context, args);
  if (!caller) return fail(caller.error());
  const Value& given = args[call_args];
  if (!given.is_none() && !given.is<std::string>() && !given.is<Map>() && !given.is<List>()) {
    return fail(Errc::invalid_argument,
                "explain: args takes text as between the parentheses of a call, a map or a list");
  }
  // As it would arrive at the caller's door: at the legacy door in the dialect of 2014, with TOOL.
  const Envelope envelope{.id = caller->door == Door::legacy ? 0 : 1,
                          .function = args[function_name].text,
                          .args = given,
                          .type = args[type].number,
                          .target = args[target],
                          .tool = true};
  const auto verdict = examine(context.api, *caller, envelope);
  if (!verdict) return fail(verdict.error());
  return Value(Map{{"allowed", verdict->decision.allowed},
                   {"why", verdict->decision.why},
                   {"name", caller->name},
                   {"role", name_of(caller->role)},
                   {"door", name_of(caller->door)},
                   {"permission", name_of(verdict->function->permission)}});
}

const Registered<Function> function{{
    .name = "explain",
    .summary = "Tell whether a call is allowed, and why",
    .params = {function_name, call_args, name, role, address, type, target},
    .permission = Permission::self,
    .shape = Shape::value,
    .example = "mega call explain function=get_server \"args=ip='10.0.0.1'\"",
    .detail =
        "A map: allowed, why (a sentence that names the role or the rule that decided), name, "
        "role\n"
        "and door of the caller, and the permission that the function needs. The call is checked\n"
        "by the code that checks calls and is not made. Without name, role and address it is "
        "about\n"
        "the caller itself; with them, for admins, about somebody with a certificate. Functions\n"
        "that look up the host that they concern still refuse one that is not the caller's.",
    .run = explain,
}};

}  // namespace
}  // namespace mega
