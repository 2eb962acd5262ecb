#include "tasks/agent/accounts.h"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "base/file.h"
#include "base/text.h"

namespace mega {
namespace {

constexpr std::size_t entry_bytes_max = 64 << 10;
constexpr std::size_t group_file_bytes_max = 16 << 20;

// Rejects -1: as an id it means "unchanged".
std::optional<std::uint32_t> parse_id(std::string_view text) {
  const auto number = parse_integer(text);
  if (!number || *number < 0 || *number >= std::numeric_limits<std::uint32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*number);
}

template <class Find>
std::optional<Account> find_entry(Find find) {
  std::vector<char> buffer(entry_bytes_max);
  passwd entry{};
  passwd* found = nullptr;
  if (find(&entry, buffer.data(), buffer.size(), &found) != 0 || !found) return std::nullopt;
  return Account{.name = found->pw_name,
                 .uid = found->pw_uid,
                 .gid = found->pw_gid,
                 .groups = {found->pw_gid},
                 .home = found->pw_dir};
}

std::optional<Account> find_uid(uid_t uid) {
  return find_entry([uid](auto... rest) { return ::getpwuid_r(uid, rest...); });
}

}  // namespace

std::vector<gid_t> groups_of(std::string_view name, gid_t gid, std::string_view group_text) {
  std::vector<gid_t> groups = {gid};
  for (const std::string_view line : split(group_text, '\n')) {
    const auto fields = split(line, ':');  // NAME:PASSWORD:GID:MEMBER,MEMBER
    if (fields.size() != 4) continue;
    const auto id = parse_id(fields[2]);
    const auto members = split(fields[3], ',');
    if (!id || std::ranges::find(members, name) == members.end()) continue;
    if (std::ranges::find(groups, *id) == groups.end()) groups.push_back(*id);
  }
  return groups;
}

Result<Account> find_account(const std::string& user, const char* group_file) {
  const auto colon = user.find(':');
  if (colon != user.npos) {
    const auto uid = parse_id(std::string_view(user).substr(0, colon));
    const auto gid = parse_id(std::string_view(user).substr(colon + 1));
    if (!uid || !gid) {
      return fail(Errc::invalid_argument, "{} is no user: want a name or UID:GID", quoted(user));
    }
    Account account = find_uid(*uid).value_or(Account{.uid = *uid});
    account.gid = *gid;
    account.groups = {*gid};
    return account;
  }
  auto account = find_entry([&user](auto... rest) { return ::getpwnam_r(user.c_str(), rest...); });
  if (!account) return fail(Errc::not_found, "this host has no user {}", quoted(user));
  const auto group_text = read_file(group_file, group_file_bytes_max);
  if (group_text) account->groups = groups_of(user, account->gid, *group_text);
  return *account;
}

Account own_account() {
  Account account = find_uid(::geteuid()).value_or(Account{.uid = ::geteuid()});
  account.gid = ::getegid();
  account.groups = {account.gid};
  return account;
}

}  // namespace mega
