#include "api/admit_hosts.h"

#include "api/asked.h"

#include <algorithm>
#include <iterator>

namespace mega {
namespace {

std::vector<Rule> those_that(bool may, const std::vector<Rule>& rules) {
  std::vector<Rule> chosen;
  std::ranges::copy_if(rules, std::back_inserter(chosen),
                       [&](const Rule& rule) { return rule.may == may; });
  return chosen;
}

// The argument that names the host of a call, where this one passes for a call of another function
// that takes one host; else empty.
std::string_view host_argument(const Function& function) {
  const Function* other = find_function(function.rules_as);
  if (!other) return {};
  const auto address = std::ranges::find(other->params, Kind::address, &ParamInfo::kind);
  return address == other->params.end() ? std::string_view() : address->name;
}

// As if it was a call about that host alone.
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

Result<std::string> admit_hosts(const Api& api, const Caller& caller, const Function& function,
                                const Args& args) {
  const std::vector<Rule>& rules = api.rules;
  const Asked asked = asked_of(caller, function, args, rules);
  Decision decision = decide_role(caller, function.permission, function.name);
  const bool narrowed = !rules.empty() && caller.role != Role::admin;
  if (decision.allowed && narrowed) {
    auto hosts = function.find_hosts(api.services, args);
    // Who may not call it learns nothing about the hosts; who may is told by the function.
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
