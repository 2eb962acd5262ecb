#include "trust/caller.h"

#include "base/text.h"

#include <fmt/core.h>

#include <array>

namespace mega {

std::string_view name_of(Door door) {
  switch (door) {
    case Door::unix_socket:
      return "unix";
    case Door::tls:
      return "tls";
    case Door::legacy:
      return "legacy";
  }
  return "?";
}

std::string_view name_of(Role role) {
  switch (role) {
    case Role::none:
      return "none";
    case Role::reader:
      return "reader";
    case Role::agent:
      return "agent";
    case Role::operator_:
      return "operator";
    case Role::admin:
      return "admin";
  }
  return "?";
}

std::string_view name_of(Permission permission) {
  switch (permission) {
    case Permission::read:
      return "read";
    case Permission::write:
      return "write";
    case Permission::run:
      return "run";
    case Permission::agent:
      return "agent";
    case Permission::admin:
      return "admin";
    case Permission::self:
      return "self";
    case Permission::join:
      return "join";
  }
  return "?";
}

Result<Role> parse_role(std::string_view text) {
  const std::array<std::string, 3> names{"reader", "agent", "operator"};
  for (const Role role : {Role::reader, Role::agent, Role::operator_}) {
    if (text == name_of(role)) return role;
  }
  return fail(Errc::invalid_argument, "want one of {}, not {}{}", join_text(names, ", "),
              quoted(text), did_you_mean(text, names));
}

bool allows(Role role, Permission permission) {
  switch (permission) {
    case Permission::read:
      return role == Role::reader || role == Role::operator_ || role == Role::admin;
    case Permission::write:
    case Permission::run:
      return role == Role::operator_ || role == Role::admin;
    case Permission::agent:
      return role == Role::agent || role == Role::admin;
    case Permission::admin:
      return role == Role::admin;
    case Permission::self:
      return role == Role::reader || role == Role::agent || role == Role::operator_ ||
             role == Role::admin;
    case Permission::join:
      return role == Role::none;
  }
  return false;
}

bool has(const Caller& caller, Permission permission) {
  if (caller.role == Role::admin && caller.door != Door::unix_socket) return false;
  if (permission == Permission::join && caller.door != Door::tls) return false;
  return allows(caller.role, permission) ||
         (caller.door == Door::legacy && permission == Permission::agent);
}

std::string described(const Caller& caller) {
  const std::string& name = caller.name.empty() ? caller.address : caller.name;
  return fmt::format("{} as {}", name.empty() ? std::string("the caller") : quoted(name),
                     name_of(caller.role));
}

}  // namespace mega
