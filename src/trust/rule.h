// Rules: what the server's settings take away from a role or a name. They only narrow; no rule
// gives what the role lacks.
//
//   rule      := who "may" ["not"] "call" functions [ "with" argument { "and" argument } ] [ "on"
//   targets ] who       := a role, a caller's name, or * functions := name { "," name }        *
//   and ? stand for any letters and any letter, here and in all that follows argument  := name "="
//   pattern targets   := pattern { "," pattern }  of the host that the call concerns
//
//   deploy may call remote_cmd with cmd=disk_free.sh
//   reader may not call get_audit, search
//   night-shift may call mod_instance on 10.20.*
//
// A "may not" that fits a call forbids it. A caller who has a "may" rule may do only what one of
// its "may" rules fits.
#pragma once

#include "base/result.h"
#include "trust/caller.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mega {

struct Rule {
  std::string text;  // as written
  std::string who;
  bool may = true;
  std::vector<std::string> functions;
  std::vector<std::pair<std::string, std::string>> arguments;  // name, pattern; all must fit
  std::vector<std::string> targets;                            // one must fit; empty: any
};

// Errors: invalid_argument with the rule and what is wrong in it.
Result<Rule> parse_rule(std::string_view text);

// One call, as rules see it.
struct Asked {
  std::string_view function;
  std::vector<std::pair<std::string, std::string>> arguments;  // by name, as text
  std::string target;                                          // empty: the call concerns no host
};

struct Decision {
  bool allowed = false;
  std::string why;  // a sentence that names the role or the rule that decided
};

// The role's right to the permission, then the rules.
Decision decide(const std::vector<Rule>& rules, const Caller& caller, Permission permission,
                const Asked& asked);

// * any letters, ? one letter, everything else itself.
bool fits(std::string_view pattern, std::string_view text);

}  // namespace mega
