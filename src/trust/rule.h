// Rules: what the server's settings take away from a role or a name. They only narrow; no rule
// gives what the role lacks.
//
//   rule      := who "may" ["not"] "call" functions ["with" arguments] ["on" targets]
//   who       := reader, agent, operator; a pattern of callers' names; * for everybody
//   functions := pattern { or pattern }
//   arguments := name "=" pattern { and name "=" pattern }
//   targets   := pattern { or pattern }        of the hosts that the call concerns
//   or        := "or" | ","                    and := "and" | ","
//
// In a pattern * stands for any letters and ? for one, be it a blank; all else for itself. Case
// counts but for targets.
//
//   deploy may call remote_cmd with cmd=disk_free.sh
//   reader may not call get_audit or search
//   night-shift may call mod_instance on 10.20.*
//
// A "may not" that fits a call forbids it. A caller who has a "may" rule may do only what one of
// its "may" rules fits, and what concerns nobody but itself (Permission::self and join), so that a
// narrowed caller can still ask who it is and renew its certificate; a "may not" forbids these too.
//
// An argument may have several values and a call several hosts. A "may" wants all of them to fit,
// a "may not" any; what was not given fits nothing.
//
// No rule narrows the admin, who is at the server's unix socket: who wrote a rule by mistake must
// get in to see what it does.
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
  std::vector<std::string> targets;  // in lower case; one must fit; empty: any
};

// Errors: invalid_argument with the rule and what is wrong in it.
Result<Rule> parse_rule(std::string_view text);

// One call, as rules see it. Values and hosts that can be written in several ways are in the
// canonical one; api/asked makes them so.
struct Asked {
  std::string_view function;
  std::vector<std::pair<std::string, std::vector<std::string>>> arguments{};  // name, its values
  std::vector<std::string> targets{};  // in lower case; empty: the call concerns no host
};

struct Decision {
  bool allowed = false;
  std::string why;  // a sentence that names the role or the rule that decided
};

// The role's right to the permission at the caller's door: all that can be said before the
// arguments are known.
Decision decide_role(const Caller& caller, Permission permission, std::string_view function);

// The whole decision: decide_role(), then the rules.
Decision decide(const std::vector<Rule>& rules, const Caller& caller, Permission permission,
                const Asked& asked);

// * any letters, ? one letter, everything else itself.
bool fits(std::string_view pattern, std::string_view text);

// Whether the pattern has neither * nor ?.
bool is_exact(std::string_view pattern);

}  // namespace mega
