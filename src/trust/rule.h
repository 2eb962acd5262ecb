// Rules: the server's settings that take permissions away from a role or a name. Rules only narrow;
// a rule never grants a permission that the role lacks.
//
//   rule      := callers "may" ["not"] "call" functions ["with" arguments] ["on" targets]
//   callers   := reader, agent, operator; a pattern of callers' names; * for every caller
//   functions := pattern { or pattern }
//   arguments := name "=" pattern { and name "=" pattern }
//   targets   := pattern { or pattern }        of the hosts that the call concerns
//   or        := "or" | ","                    and := "and" | ","
//
// In a pattern * matches any number of characters (blanks too) and ? exactly one; every other
// character matches itself. Matching is case-sensitive, except for targets.
//
//   deploy may call remote_cmd with cmd=disk_free.sh
//   reader may not call get_audit or search
//   night-shift may call mod_instance on 10.20.*
//
// A "may not" rule that matches a call forbids it. A caller with a "may" rule may make only calls
// that one of its "may" rules matches, and calls about itself (Permission::self and join), so that
// a narrowed caller can still ask for its identity and renew its certificate; a "may not" rule
// forbids these too.
//
// An argument may have several values and a call several hosts. A "may" rule requires all of them
// to match, a "may not" rule any; an argument that was not given matches nothing.
//
// No rule narrows the admin, the caller at the server's unix socket: after a mistaken rule an admin
// must still get in to correct it.
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

// One call in the form that rules match. Values and hosts that can be written in several ways are
// in canonical form (see asked_of() in api/call_facts.h).
struct Asked {
  std::string_view function;
  std::vector<std::pair<std::string, std::vector<std::string>>> arguments{};  // name, its values
  std::vector<std::string> targets{};  // in lower case; empty: the call concerns no host
};

struct Decision {
  bool allowed = false;
  std::string why;  // a sentence that names the role or the rule that decided
};

// Whether the role has the permission at the caller's door: the part of the decision that needs no
// arguments.
Decision decide_role(const Caller& caller, Permission permission, std::string_view function);

// The whole decision: decide_role(), then the rules.
Decision decide(const std::vector<Rule>& rules, const Caller& caller, Permission permission,
                const Asked& asked);

// * matches any number of characters, ? one, every other character itself.
bool fits(std::string_view pattern, std::string_view text);

// Whether the pattern has neither * nor ?.
bool is_exact(std::string_view pattern);

}  // namespace mega
