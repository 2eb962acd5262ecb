#include "api/admission.h"

#include "api/call_facts.h"
#include "api/host_claims.h"
#include "base/text.h"

#include <algorithm>
#include <iterator>

namespace mega {
namespace {

// An internal function is visible to callers of 2014 only with TOOL.
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

const Service<const HostClaims> host_claims{"host claims"};

Result<void> admit_own(const Services& services, const Caller& caller, std::string_view function,
                       std::string_view address) {
  if (const auto* claims = services.find(host_claims)) {
    return claims->admit(caller, function, address);
  }
  return fail(Errc::not_allowed, "{}: this server knows of no hosts", function);
}

// Checks each host of an argument, which is one or a list. Errors: of the first host refused.
Result<void> all_own(const Services& services, const Caller& caller, const Function& function,
                     const Value& hosts) {
  if (hosts.is_none()) return {};  // None means the caller's own host
  const List* list = hosts.as<List>();
  if (const auto* tuple = hosts.as<Tuple>()) list = &tuple->items;
  const auto own = [&](const Value& host) {
    const auto* text = host.as<std::string>();
    return admit_own(services, caller, function.name, text ? *text : "");
  };
  if (!list) return own(hosts);
  for (const Value& host : *list) {
    if (auto admitted = own(host); !admitted) return admitted;
  }
  return {};
}

std::vector<Rule> those_that(bool may, const std::vector<Rule>& rules) {
  std::vector<Rule> chosen;
  std::ranges::copy_if(rules, std::back_inserter(chosen),
                       [&](const Rule& rule) { return rule.may == may; });
  return chosen;
}

// When rules treat this function as another one that takes one host (rules_as): the name of that
// host argument; else empty.
std::string_view host_argument(const Function& function) {
  const Function* other = find_function(function.rules_as);
  if (!other) return {};
  const auto address = std::ranges::find(other->params, Kind::address, &ParamInfo::kind);
  return address == other->params.end() ? std::string_view() : address->name;
}

// The call as if it concerned only that host.
Asked asked_about(Asked asked, std::string_view argument, std::vector<std::string> names) {
  if (!argument.empty()) asked.arguments.emplace_back(argument, names);
  asked.targets = std::move(names);
  return asked;
}

Decision decide_one(const std::vector<Rule>& may, const std::vector<Rule>& may_not,
                    const Caller& caller, const Function& function, const Asked& asked,
                    const std::vector<std::string>& names) {
  const std::string_view argument = host_argument(function);
  Decision decision =
      decide(may_not, caller, function.permission, asked_about(asked, argument, names));
  if (!decision.allowed || may.empty()) return decision;
  for (const std::string& name : names) {
    decision = decide(may, caller, function.permission, asked_about(asked, argument, {name}));
    if (decision.allowed) break;
  }
  return decision;
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
  if (Decision role = decide_role(caller, found->permission, found->name); !role.allowed) {
    return fail(Errc::not_allowed, "{}", role.why);
  }
  // A legacy caller may send any TARGET; servers of 2014 ignored it.
  if (!envelope.target.is_none() && caller.door != Door::legacy) {
    return fail(Errc::bad_envelope, "TARGET goes with TYPE 1; {} runs on the server itself",
                found->name);
  }
  return found;
}

Result<void> admit_host(const Services& services, const Caller& caller, const Function& function,
                        const Args& args) {
  if (function.permission != Permission::agent || function.checks_host ||
      caller.role == Role::admin) {
    return {};
  }
  const Value* host = args.find(function.host_param);
  if (!host) return admit_own(services, caller, function.name, "");
  return all_own(services, caller, function, *host);
}

Result<std::string> admit_call(const Api& api, const Caller& caller, const Function& function,
                               const Args& args) {
  if (auto own = admit_host(api.services, caller, function, args); !own) return fail(own.error());
  std::string bound;
  const auto* claims = api.services.find(host_claims);
  const bool by_host = function.permission == Permission::agent && caller.door == Door::tls;
  if (claims && !api.rules.empty() && by_host) {
    auto address = claims->address_of(caller.name);
    if (!address) return fail(address.error());
    bound = *std::move(address);
  }
  Decision decision = decide(api.rules, caller, function.permission,
                             asked_of(caller, function, args, api.rules, bound));
  if (!decision.allowed) return fail(Errc::not_allowed, "{}", decision.why);
  return std::move(decision.why);
}

Result<std::string> admit_hosts(const Api& api, const Caller& caller, const Function& function,
                                const Args& args) {
  const std::vector<Rule>& rules = api.rules;
  const Asked asked = asked_of(caller, function, args, rules);
  Decision decision = decide_role(caller, function.permission, function.name);
  const bool narrowed = !rules.empty() && caller.role != Role::admin;
  if (decision.allowed && narrowed) {
    auto hosts = function.find_hosts(api.services, args);
    // A missing host is not reported here: a forbidden caller must learn nothing about hosts, and
    // the function itself tells an allowed one.
    if (!hosts && hosts.error().code == Errc::not_found) hosts = {};
    if (!hosts) return fail(hosts.error());
    const auto may = those_that(true, rules), may_not = those_that(false, rules);
    for (const auto& names : *hosts) {
      decision = decide_one(may, may_not, caller, function, asked, names);
      if (!decision.allowed) break;
    }
    if (hosts->empty()) {
      decision = decide(rules, caller, function.permission,
                        asked_about(asked, host_argument(function), asked.targets));
    }
  }
  if (!decision.allowed) return fail(Errc::not_allowed, "{}", decision.why);
  return std::move(decision.why);
}

}  // namespace mega
