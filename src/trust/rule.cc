#include "trust/rule.h"

#include "base/text.h"
#include "base/utf8.h"

#include <algorithm>

namespace mega {
namespace {

constexpr std::size_t rule_bytes_shown = 200;

// The words of a rule. Commas and blanks separate them; a comma is also a word of its own.
class Words {
 public:
  explicit Words(std::string_view text) : rest_(text) { next(); }

  std::string_view word() const { return word_; }  // empty at the end
  bool is(std::string_view expected) const { return word_ == expected; }
  bool take(std::string_view expected) {
    if (!is(expected)) return false;
    next();
    return true;
  }
  std::string_view next() {
    const std::string_view taken = word_;
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t')) rest_.remove_prefix(1);
    const std::size_t end =
        rest_.starts_with(',') ? 1 : std::min(rest_.find_first_of(" \t,"), rest_.size());
    word_ = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return taken;
  }

 private:
  std::string_view rest_;
  std::string_view word_;
};

// Whether the byte continues a UTF-8 character, that is, is not its first byte.
bool continues_letter(std::string_view text, std::size_t at) {
  return at < text.size() && continues_utf8(text[at]);
}

bool is_name(std::string_view word) {
  return !word.empty() && word != "," && word != "or" && word.find('=') == std::string_view::npos;
}

// pattern { or pattern }
Result<std::vector<std::string>> patterns(Words& words, std::string_view what) {
  std::vector<std::string> found;
  do {
    if (!is_name(words.word()))
      return fail(Errc::invalid_argument, "{} is missing at {}", what, quoted(words.word()));
    found.emplace_back(words.next());
  } while (words.take(",") || words.take("or"));
  return found;
}

Result<std::vector<std::pair<std::string, std::string>>> arguments(Words& words) {
  std::vector<std::pair<std::string, std::string>> found;
  do {
    const std::string_view word = words.next();
    const auto equals = word.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return fail(Errc::invalid_argument, "NAME=PATTERN is missing at {}", quoted(word));
    }
    found.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  } while (words.take("and") || words.take(","));
  if (words.is("or"))
    return fail(Errc::invalid_argument,
                "arguments are joined by \"and\"; what may be one or the other takes two rules");
  return found;
}

Result<Rule> parse(std::string_view text) {
  text = trim(text);
  Words words(text);
  Rule rule;
  rule.text = text;
  if (!is_name(words.word())) return fail(Errc::invalid_argument, "it names nobody");
  rule.who = words.next();
  if (rule.who == name_of(Role::admin))
    return fail(Errc::invalid_argument,
                "no rule narrows the admin, who is at the server's unix socket");
  if (!words.take("may"))
    return fail(Errc::invalid_argument, "\"may\" is missing at {}", quoted(words.word()));
  rule.may = !words.take("not");
  if (!words.take("call"))
    return fail(Errc::invalid_argument, "\"call\" is missing at {}", quoted(words.word()));
  auto functions = patterns(words, "a function");
  if (!functions) return fail(functions.error());
  rule.functions = std::move(*functions);
  if (words.take("with")) {
    auto given = arguments(words);
    if (!given) return fail(given.error());
    rule.arguments = std::move(*given);
  }
  if (words.take("on")) {
    auto targets = patterns(words, "a target");
    if (!targets) return fail(targets.error());
    for (const std::string& target : *targets) rule.targets.push_back(to_lower(target));
  }
  if (!words.word().empty())
    return fail(Errc::invalid_argument, "it should end before {}", quoted(words.word()));
  return rule;
}

bool any_fits(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(patterns,
                             [&](const std::string& pattern) { return fits(pattern, text); });
}

// A pattern of IPv4 addresses, such as 10.20.*, matches only addresses, not the name
// 10.20.example.com.
bool fits_target(std::string_view pattern, std::string_view target) {
  constexpr std::string_view digits = "0123456789", of_address = "0123456789.";
  const bool of_addresses = digits.find(pattern.front()) != digits.npos &&
                            pattern.find_first_not_of("0123456789.*?") == pattern.npos;
  if (of_addresses && target.find_first_not_of(of_address) != target.npos) return false;
  return fits(pattern, target);
}

// All values must fit for a "may", any for a "may not"; an empty list never fits.
template <class Fits>
bool values_fit(bool all, const std::vector<std::string>& values, Fits fits_one) {
  if (values.empty()) return false;
  return all ? std::ranges::all_of(values, fits_one) : std::ranges::any_of(values, fits_one);
}

bool targets_fit(const Rule& rule, const Asked& asked) {
  return values_fit(rule.may, asked.targets, [&](const std::string& target) {
    return std::ranges::any_of(
        rule.targets, [&](const std::string& pattern) { return fits_target(pattern, target); });
  });
}

bool rule_fits(const Rule& rule, const Asked& asked) {
  if (!any_fits(rule.functions, asked.function)) return false;
  if (!rule.targets.empty() && !targets_fit(rule, asked)) return false;
  return std::ranges::all_of(rule.arguments, [&](const auto& wanted) {
    return std::ranges::any_of(asked.arguments, [&](const auto& given) {
      return given.first == wanted.first &&
             values_fit(rule.may, given.second,
                        [&](const std::string& value) { return fits(wanted.second, value); });
    });
  });
}

// A role's name in a rule means only that role, so a caller named "operator" does not match a rule
// for the role operator.
bool concerns(const Rule& rule, const Caller& caller) {
  if (rule.who == "*" || rule.who == name_of(caller.role)) return true;
  return !caller.name.empty() && !parse_role(rule.who) && fits(rule.who, caller.name);
}

bool is_about_oneself(Permission permission) {
  return permission == Permission::self || permission == Permission::join;
}

}  // namespace

bool fits(std::string_view pattern, std::string_view text) {
  // Glob matching with backtracking to the last * seen.
  std::size_t p = 0, t = 0, star = std::string_view::npos, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && pattern[p] == '?') {
      ++p;
      do ++t;
      while (continues_letter(text, t));
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      do ++star_text;
      while (continues_letter(text, star_text));
      t = star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Result<Rule> parse_rule(std::string_view text) {
  auto rule = parse(text);
  if (!rule) {
    return fail(Errc::invalid_argument,
                "the rule {} cannot be read: {}; it goes like \"deploy may call remote_cmd with "
                "cmd=disk_free.sh on db*\"",
                quoted(text, rule_bytes_shown), rule.error().message);
  }
  return rule;
}

bool is_exact(std::string_view pattern) {
  return pattern.find_first_of("*?") == std::string_view::npos;
}

Decision decide_role(const Caller& caller, Permission permission, std::string_view function) {
  const std::string who = fmt::format("{} at the {} door", described(caller), name_of(caller.door));
  if (!has(caller, permission)) {
    return {false, fmt::format("{} needs the permission {}, which {} has not", function,
                               name_of(permission), who)};
  }
  if (!allows(caller.role, permission)) {
    return {true, fmt::format("{} may call it for its own host, like every peer of 2014", who)};
  }
  return {true, fmt::format("{} has the permission {}", who, name_of(permission))};
}

Decision decide(const std::vector<Rule>& rules, const Caller& caller, Permission permission,
                const Asked& asked) {
  Decision by_role = decide_role(caller, permission, asked.function);
  if (!by_role.allowed || caller.role == Role::admin) return by_role;
  const Rule* narrowed = nullptr;
  const Rule* granted = nullptr;
  for (const Rule& rule : rules) {
    if (!concerns(rule, caller)) continue;
    const bool fit = rule_fits(rule, asked);
    if (!rule.may && fit)
      return {false, fmt::format("the rule {} forbids it to {}",
                                 quoted(rule.text, rule_bytes_shown), described(caller))};
    if (!rule.may) continue;
    if (!narrowed) narrowed = &rule;
    if (!granted && fit) granted = &rule;
  }
  if (granted)
    return {true, fmt::format("the rule {} lets {} call it",
                              quoted(granted->text, rule_bytes_shown), described(caller))};
  if (narrowed && !is_about_oneself(permission)) {
    return {false,
            fmt::format("{} may call only what a rule says, as {} does, and none fits this call",
                        described(caller), quoted(narrowed->text, rule_bytes_shown))};
  }
  return by_role;
}

}  // namespace mega
