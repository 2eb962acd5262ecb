// The users of this machine, read from /etc/passwd alone.
//
// glibc would load the modules that /etc/nsswitch.conf names (LDAP, sssd, systemd) into the
// process, which a static binary cannot do safely. mega knows users that exist only there by their
// number.
#pragma once

#include <pwd.h>
#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

inline constexpr const char* passwd_file = "/etc/passwd";

struct User {
  std::string name;
  std::string password;  // "x": it is in /etc/shadow, which is never read here
  uid_t uid;
  gid_t gid;
  std::string comment;
  std::string home;
  std::string shell;
};

// One line of the file; nullopt for one that does not have the seven fields (comments, blank lines,
// the "+" lines of NIS).
std::optional<User> parse_user(std::string_view line);

// The first user that matches; nullopt: none, or the file cannot be read.
std::optional<User> find_user(std::string_view name, const char* file = passwd_file);
std::optional<User> find_user(uid_t uid, const char* file = passwd_file);

// Fills `entry` as getpwnam_r(3) does: its texts point into `buffer`. False when they do not fit.
bool store_user(const User& user, passwd& entry, char* buffer, std::size_t buffer_bytes);

}  // namespace mega
