#include "api/call_facts.h"

#include "api/kinds.h"
#include "base/clock.h"
#include "base/text.h"

#include <algorithm>

namespace mega {
namespace {

constexpr std::string_view between_hosts = ", ;\t\r\n";

const List* elements_of(const Value& value) {
  if (const auto* list = value.as<List>()) return list;
  if (const auto* tuple = value.as<Tuple>()) return &tuple->items;
  if (const auto* set = value.as<Set>()) return &set->items;
  return nullptr;
}

void add_values(const Value& value, std::vector<std::string>& texts) {
  if (const List* elements = elements_of(value); elements && !elements->empty()) {
    for (const Value& element : *elements) add_values(element, texts);
    return;
  }
  if (const auto* text = value.as<std::string>()) {
    texts.push_back(*text);
  } else if (const auto* bytes = value.as<Bytes>()) {
    texts.push_back(bytes->data);
  } else if (const auto* flag = value.as<bool>()) {
    texts.emplace_back(*flag ? "1" : "0");
  } else if (const auto* time = value.as<Time>()) {
    texts.push_back(format_local(*time));
  } else {
    texts.push_back(to_python(value, {.ascii = false, .hide_terminator = false}));
  }
  if (const auto* map = value.as<Map>()) {
    for (const auto& [key, item] : map->entries()) {
      add_values(key, texts);
      add_values(item, texts);
    }
  }
}

// The host without ":PORT"; in [::1]:3306 the text in brackets.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[') && host.find(']') != host.npos) {
    return host.substr(1, host.find(']') - 1);
  }
  const auto colon = host.find(':');
  return colon == host.rfind(':') ? host.substr(0, colon) : host;
}

// A mapped address is added in both forms, so that rules for either match it.
void add_host(std::string_view host, std::vector<std::string>& hosts) {
  std::string name = to_lower(host);
  while (name.ends_with('.')) name.pop_back();
  auto address = canonical_address(name);
  const std::string_view plain = address ? unmapped(*address) : std::string_view();
  if (address && plain != *address) hosts.emplace_back(plain);
  hosts.push_back(address ? std::move(*address) : std::move(name));
}

void add_hosts(const Value& value, bool with_port, std::vector<std::string>& hosts) {
  if (value.is_none()) return;
  for (const std::string& text : values_of(value, Kind::any)) {
    std::size_t at = text.find_first_not_of(between_hosts);
    while (at != text.npos) {
      const std::size_t end = std::min(text.find_first_of(between_hosts, at), text.size());
      const std::string_view host = std::string_view(text).substr(at, end - at);
      add_host(with_port ? without_port(host) : host, hosts);
      at = text.find_first_not_of(between_hosts, end);
    }
  }
}

bool is_looked_at(const std::vector<Rule>& rules, std::string_view argument) {
  return std::ranges::any_of(rules, [&](const Rule& rule) {
    return std::ranges::any_of(rule.arguments,
                               [&](const auto& wanted) { return wanted.first == argument; });
  });
}

// For a function that rules treat as another one (rules_as): adds the arguments that only the other
// one has, with their defaults, or an empty text, which only * fits.
void add_absent(const Function& passes_for, const Args& args, const std::vector<Rule>& rules,
                Asked& asked) {
  for (const ParamInfo& param : passes_for.params) {
    if (args.find(param.name) || param.kind == Kind::address || !is_looked_at(rules, param.name)) {
      continue;
    }
    asked.arguments.emplace_back(param.name, param.fallback ? values_of(*param.fallback, param.kind)
                                                            : std::vector<std::string>{""});
  }
}

bool names_endpoint(const Function& function, const ParamInfo& param) {
  return std::ranges::count(function.endpoint_params, param.name) > 0;
}

bool names_host(const Function& function, const ParamInfo& param) {
  return param.kind == Kind::address || param.name == function.host_param ||
         names_endpoint(function, param);
}

}  // namespace

std::vector<std::string> values_of(const Value& value, Kind kind) {
  if (value.is_none()) return {};
  std::vector<std::string> texts;
  if (const List* elements = elements_of(value); elements && elements->empty()) return {};
  const auto* map = value.as<Map>();
  if (kind == Kind::tags && map) {
    for (const auto& [name, text] : map->entries()) {
      texts.push_back(*name.as<std::string>() + "=" + *text.as<std::string>());
    }
    return texts;
  }
  add_values(value, texts);
  if (kind == Kind::address) {
    if (const auto plain = std::string(unmapped(texts[0])); plain != texts[0]) {
      texts.push_back(plain);
    }
  }
  return texts;
}

std::vector<std::string> hosts_of(const Value& value, bool with_port) {
  std::vector<std::string> hosts;
  add_hosts(value, with_port, hosts);
  return hosts;
}

Asked asked_of(const Caller& caller, const Function& function, const Args& args,
               const std::vector<Rule>& rules, std::string_view bound_address) {
  Asked asked{.function = function.rules_as.empty() ? function.name : function.rules_as};
  if (rules.empty()) return asked;
  bool names_none = true;
  for (const auto* list : {&function.params, &function.keywords}) {
    for (const ParamInfo& param : *list) {
      const Value& value = *args.find(param.name);
      if (is_looked_at(rules, param.name)) {
        asked.arguments.emplace_back(param.name, values_of(value, param.kind));
      }
      if (!names_host(function, param) || value.is_none()) continue;
      names_none = false;
      add_hosts(value, names_endpoint(function, param), asked.targets);
    }
  }
  if (const Function* other = find_function(function.rules_as)) {
    add_absent(*other, args, rules, asked);
  }
  if (function.permission == Permission::agent && names_none) {
    const std::string_view from = unmapped(caller.address);
    if (!from.empty()) add_host(from, asked.targets);
    if (!bound_address.empty() && bound_address != from) add_host(bound_address, asked.targets);
  }
  return asked;
}

bool concerns_hosts(const Function& function) {
  if (function.permission == Permission::agent || function.find_hosts) return true;
  return std::ranges::any_of(function.params,
                             [&](const ParamInfo& param) { return names_host(function, param); }) ||
         std::ranges::any_of(function.keywords,
                             [&](const ParamInfo& param) { return names_host(function, param); });
}

}  // namespace mega
