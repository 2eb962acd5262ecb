#include "api/admit.h"

#include "api/kinds.h"
#include "base/text.h"

namespace mega {
namespace {

std::string who(const Caller& caller) {
  const std::string& name = caller.name.empty() ? caller.address : caller.name;
  return name.empty() ? std::string("the caller") : quoted(name);
}

Error not_allowed(const Caller& caller, std::string_view function, Permission permission) {
  return {
      Errc::not_allowed,
      fmt::format("{} needs the permission {}, which {} as {} at the {} door has not", function,
                  name_of(permission), who(caller), name_of(caller.role), name_of(caller.door))};
}

// Callers of 2014 name an internal function only with TOOL; to others it is not there.
bool is_visible(const Caller& caller, const Envelope& envelope, const Function& function) {
  return !function.internal || caller.door != Door::legacy || envelope.tool;
}

Error unknown(const Caller& caller, const Envelope& envelope) {
  std::vector<std::string> names;
  for (const Function* function : Registered<Function>::all()) {
    if (is_visible(caller, envelope, *function)) names.emplace_back(function->name);
  }
  return {Errc::unknown_function,
          fmt::format("there is no function {}{}", quoted(envelope.function),
                      did_you_mean(envelope.function, names))};
}

// A peer of 2014 has no certificate, but may speak for its own host. Tokens are for the TLS door.
bool may_call(const Caller& caller, const Function& function) {
  if (function.permission == Permission::join && caller.door != Door::tls) return false;
  return allows(caller.role, function.permission) ||
         (caller.door == Door::legacy && function.permission == Permission::agent);
}

// An IPv4 peer of a socket for both families comes as ::ffff:10.0.0.7.
std::string_view plain(std::string_view address) {
  constexpr std::string_view mapped = "::ffff:";
  const bool is_mapped = address.starts_with(mapped) && address.find('.') != address.npos;
  return is_mapped ? address.substr(mapped.size()) : address;
}

bool is_own(const Caller& caller, const Value& host) {
  const auto* text = host.as<std::string>();
  const auto address = text ? canonical_address(*text) : std::nullopt;
  return address && !caller.address.empty() && plain(*address) == plain(caller.address);
}

bool all_own(const Caller& caller, const Value& hosts) {
  if (hosts.is_none()) return true;  // whoever asks
  const List* list = hosts.as<List>();
  if (const auto* tuple = hosts.as<Tuple>()) list = &tuple->items;
  if (!list) return is_own(caller, hosts);
  return std::ranges::all_of(*list, [&](const Value& host) { return is_own(caller, host); });
}

}  // namespace

Result<const Function*> admit(const Caller& caller, const Envelope& envelope,
                              const std::set<std::string>& legacy_functions,
                              const Function*& function) {
  if (envelope.function.empty()) {
    return fail(Errc::bad_envelope, "VALUE names no function");
  }
  const Function* found = find_function(envelope.function);
  if (!found || !is_visible(caller, envelope, *found)) return fail(unknown(caller, envelope));
  function = found;
  if (caller.door == Door::legacy && !legacy_functions.empty() &&
      !legacy_functions.contains(envelope.function)) {
    return fail(Errc::not_allowed, "{} is not among the functions of the setting legacy.functions",
                found->name);
  }
  if (!may_call(caller, *found)) {
    return fail(not_allowed(caller, found->name, found->permission));
  }
  // A legacy caller may send anything here and always got the server's own answer.
  if (!envelope.target.is_none() && caller.door != Door::legacy) {
    return fail(Errc::bad_envelope, "TARGET goes with TYPE 1; {} runs on the server itself",
                found->name);
  }
  if (!envelope.time.empty()) {
    return fail(Errc::not_implemented,
                "{} at TIME {}: schedules come with a later release; without TIME it runs now",
                found->name, quoted(envelope.time));
  }
  if (!found->run) {
    return fail(Errc::not_implemented, "{} comes with a later release", found->name);
  }
  return found;
}

Error refuse_remote(const Caller& caller, const Envelope& envelope) {
  if (envelope.type != 1) {
    return {Errc::bad_envelope,
            fmt::format("TYPE takes 0 (a function of the server) or 1 (a script on the hosts of "
                        "TARGET), not {}",
                        envelope.type)};
  }
  if (!allows(caller.role, Permission::run)) {
    return not_allowed(caller, "a task on remote hosts (TYPE 1)", Permission::run);
  }
  return {Errc::not_implemented,
          fmt::format("{} on remote hosts (TYPE 1): remote tasks come with a later release",
                      quoted(envelope.function))};
}

Result<void> admit_host(const Caller& caller, const Function& function, const Args& args) {
  if (function.permission != Permission::agent || function.checks_host ||
      caller.role == Role::admin) {
    return {};
  }
  const Value* host = args.find(function.host_param);
  if (host && all_own(caller, *host)) return {};
  return fail(Errc::not_allowed, "{} is for the caller's own host only, and {} is at {}",
              function.name, who(caller),
              caller.address.empty() ? std::string("no address") : quoted(caller.address));
}

}  // namespace mega
