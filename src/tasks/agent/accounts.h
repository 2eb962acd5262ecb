// Accounts for scripts: users and groups of this host, from /etc/passwd and /etc/group alone (see
// libc/users.h, why).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "tasks/agent/script_process.h"

namespace mega {

// A name of /etc/passwd, with his groups; or UID:GID, with that group alone.
// Errors: not_found for a name that is not there; invalid_argument.
Result<Account> find_account(const std::string& user, const char* group_file = "/etc/group");

// Of the user that this process runs as.
Account own_account();

// The groups of `name` in the text of /etc/group, `gid` first.
std::vector<gid_t> groups_of(std::string_view name, gid_t gid, std::string_view group_text);

}  // namespace mega
