// Accounts that scripts may run as: users and groups of this host, from /etc/passwd and /etc/group
// alone (libc/users.h says why).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "tasks/agent/script_process.h"

namespace mega {

// `user`: a name of /etc/passwd, which gives the account with all its groups; or UID:GID, with that
// group alone. Errors: not_found for an unknown name; invalid_argument.
Result<Account> find_account(const std::string& user, const char* group_file = "/etc/group");

// The account that this process runs as.
Account own_account();

// The groups of `name` in the text of /etc/group, `gid` first.
std::vector<gid_t> groups_of(std::string_view name, gid_t gid, std::string_view group_text);

}  // namespace mega
