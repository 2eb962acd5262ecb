#include "api/rule_check.h"

#include "api/call_facts.h"
#include "api/describe.h"
#include "api/kinds.h"
#include "base/text.h"

#include <algorithm>

namespace mega {
namespace {

using Functions = std::vector<const Function*>;

const ParamInfo* find_param(const Function& function, std::string_view name) {
  for (const auto* list : {&function.params, &function.keywords}) {
    for (const ParamInfo& param : *list) {
      if (param.name == name || std::ranges::count(param.also, name) > 0) return &param;
    }
  }
  return nullptr;
}

// The functions that the rule names.
Result<Functions> functions_of(const Rule& rule) {
  Functions found;
  std::vector<std::string> names;
  for (const Function* function : all_functions()) {
    if (function->rules_as.empty()) names.emplace_back(function->name);
  }
  for (const std::string& pattern : rule.functions) {
    const std::size_t before = found.size();
    for (const Function* function : all_functions()) {
      if (function->rules_as.empty() && fits(pattern, function->name)) found.push_back(function);
    }
    if (found.size() > before) continue;
    if (!is_exact(pattern)) {
      return fail(Errc::invalid_argument, "no function fits {}; mega funcs lists them",
                  quoted(pattern));
    }
    if (const Function* other = find_function(pattern)) {
      return fail(Errc::invalid_argument, "{} is {} to rules: write that", pattern,
                  other->rules_as);
    }
    return fail(Errc::invalid_argument, "there is no function {}{}; mega funcs lists them",
                quoted(pattern), did_you_mean(pattern, names));
  }
  return found;
}

// Checks that a pattern without wildcards is a possible value in canonical form.
Result<void> check_value(const Function& function, const ParamInfo& param,
                         const std::string& pattern) {
  if (!is_exact(pattern) || param.kind == Kind::any || param.kind == Kind::tags) return {};
  Value value(pattern);
  std::string why;
  if (!accept(param.kind, value, true, why)) {
    return fail(Errc::invalid_argument, "{} of {} takes {}, not {}", param.name, function.name,
                why.empty() ? takes(param.kind) : std::string_view(why), quoted(pattern));
  }
  const std::string seen = values_of(value, param.kind).back();  // the IPv4 form of an address
  if (seen == pattern) return {};
  return fail(Errc::invalid_argument, "{} of {} is compared as {}: write {}={}", param.name,
              function.name, quoted(seen), param.name, seen);
}

Result<void> check_argument(const Functions& functions, const std::string& name,
                            const std::string& pattern) {
  std::vector<std::string> known;
  bool found = false;
  for (const Function* function : functions) {
    for (const auto* list : {&function->params, &function->keywords}) {
      for (const ParamInfo& param : *list) known.emplace_back(param.name);
    }
    const ParamInfo* param = find_param(*function, name);
    if (!param) continue;
    found = true;
    if (param->name != name) {
      return fail(Errc::invalid_argument, "{} is an older spelling: write {}={}", name, param->name,
                  pattern);
    }
    if (auto good = check_value(*function, *param, pattern); !good) return good;
  }
  if (found) return {};
  return fail(Errc::invalid_argument, "{} no argument {}{}",
              functions.size() == 1 ? fmt::format("{} has", functions[0]->name)
                                    : std::string("its functions have"),
              quoted(name), did_you_mean(name, known));
}

Result<void> check_targets(const Functions& functions, const Rule& rule) {
  if (rule.targets.empty()) return {};
  if (std::ranges::none_of(functions, [](const auto* f) { return concerns_hosts(*f); })) {
    return fail(Errc::invalid_argument,
                "{} concerns no host, so that \"on\" can never fit: leave it out",
                functions.size() == 1 ? functions[0]->name : "none of its functions");
  }
  for (const std::string& target : rule.targets) {
    if (!is_exact(target)) continue;
    const bool numbers = target.find_first_not_of("0123456789.") == target.npos;
    const auto hosts = hosts_of(Value(target));
    if (numbers && !canonical_address(target)) {
      return fail(Errc::invalid_argument,
                  "the target {} is no IPv4 address: four numbers without leading zeros, or write "
                  "* for the rest",
                  quoted(target));
    }
    if (!hosts.empty() && hosts.front() != target) {
      return fail(Errc::invalid_argument, "the target {} is compared as {}: write that",
                  quoted(target), hosts.front());
    }
  }
  return {};
}

Result<void> check(const Rule& rule) {
  const auto functions = functions_of(rule);
  if (!functions) return fail(functions.error());
  for (const auto& [name, pattern] : rule.arguments) {
    if (auto good = check_argument(*functions, name, pattern); !good) return good;
  }
  return check_targets(*functions, rule);
}

}  // namespace

Result<void> check_rule(const Rule& rule) {
  if (auto good = check(rule); !good) {
    return fail(good.error().code, "the rule {} cannot be kept: {}", quoted(rule.text, 200),
                good.error().message);
  }
  return {};
}

}  // namespace mega
