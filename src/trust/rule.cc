#include "trust/rule.h"

#include "base/text.h"

#include <algorithm>

namespace mega {
namespace {

// The words of a rule; commas and blanks part them, and a comma is a word of its own.
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

bool is_name(std::string_view word) {
  return !word.empty() && word != "," && word.find('=') == std::string_view::npos;
}

// pattern { "," pattern }
Result<std::vector<std::string>> patterns(Words& words, std::string_view what) {
  std::vector<std::string> found;
  do {
    if (!is_name(words.word()))
      return fail(Errc::invalid_argument, "{} is missing at {}", what, quoted(words.word()));
    found.emplace_back(words.next());
  } while (words.take(","));
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
  return found;
}

Result<Rule> parse(std::string_view text) {
  text = trim(text);
  Words words(text);
  Rule rule;
  rule.text = text;
  if (!is_name(words.word())) return fail(Errc::invalid_argument, "it names nobody");
  rule.who = words.next();
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
    rule.targets = std::move(*targets);
  }
  if (!words.word().empty())
    return fail(Errc::invalid_argument, "it should end before {}", quoted(words.word()));
  return rule;
}

bool any_fits(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(patterns,
                             [&](const std::string& pattern) { return fits(pattern, text); });
}

bool rule_fits(const Rule& rule, const Asked& asked) {
  if (!any_fits(rule.functions, asked.function)) return false;
  if (!rule.targets.empty() && !any_fits(rule.targets, asked.target)) return false;
  return std::ranges::all_of(rule.arguments, [&](const auto& wanted) {
    return std::ranges::any_of(asked.arguments, [&](const auto& given) {
      return given.first == wanted.first && fits(wanted.second, given.second);
    });
  });
}

bool concerns(const Rule& rule, const Caller& caller) {
  return rule.who == "*" || rule.who == name_of(caller.role) ||
         (!caller.name.empty() && fits(rule.who, caller.name));
}

}  // namespace

bool fits(std::string_view pattern, std::string_view text) {
  // The usual walk with one place to come back to: the last * seen.
  std::size_t p = 0, t = 0, star = std::string_view::npos, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
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
                quoted(text, 200), rule.error().message);
  }
  return rule;
}

Decision decide(const std::vector<Rule>& rules, const Caller& caller, Permission permission,
                const Asked& asked) {
  const std::string who = caller.name.empty()
                              ? std::string(name_of(caller.role))
                              : fmt::format("{} ({})", caller.name, name_of(caller.role));
  if (!allows(caller.role, permission)) {
    return {false, fmt::format("{} needs the permission {}, which {} does not have", asked.function,
                               name_of(permission), who)};
  }
  const Rule* narrowed = nullptr;
  const Rule* granted = nullptr;
  for (const Rule& rule : rules) {
    if (!concerns(rule, caller)) continue;
    if (!rule.may && rule_fits(rule, asked))
      return {false, fmt::format("the rule \"{}\" forbids it to {}", rule.text, who)};
    if (rule.may) narrowed = &rule;
    if (rule.may && !granted && rule_fits(rule, asked)) granted = &rule;
  }
  if (narrowed && !granted) {
    return {false, fmt::format("{} may do only what a rule says, as \"{}\" does, and none fits",
                               who, narrowed->text)};
  }
  if (granted) return {true, fmt::format("the rule \"{}\" lets {} do it", granted->text, who)};
  return {true, fmt::format("{} has the permission {}", who, name_of(permission))};
}

}  // namespace mega
