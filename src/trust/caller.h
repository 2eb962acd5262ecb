// Caller: the identity of a request's sender, the door it came through, and the permissions these
// give. Deny by default: any permission not granted here is denied.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <string>
#include <string_view>

namespace mega {

enum class Door { unix_socket, tls, legacy };
enum class Role { none, reader, agent, operator_, admin };

// The permission that a function requires; every function declares exactly one.
enum class Permission {
  read,   // reader and above
  write,  // operator and above
  run,    // operator and above
  agent,  // an agent for its own host; on the legacy door a peer for its own address
  admin,  // at the unix socket only
  self,   // every caller with a role, about itself
  join,   // a peer without a certificate, at the TLS door, with a token
};

struct Caller {
  Door door = Door::legacy;
  Role role = Role::none;
  std::string name;     // "root", the certificate's name; on the legacy door empty
  std::string address;  // the peer's IP address, empty on the unix socket
  std::string peer;     // for logs: "10.0.0.7:51532", "uid=0 pid=4711"
  Time issued{};        // when the certificate was made
  std::string key_pin;  // of the certificate's public key, in hex
};

std::string_view name_of(Door door);              // "unix", "tls", "legacy"
std::string_view name_of(Role role);              // "reader", ..., "operator"
std::string_view name_of(Permission permission);  // "read", ...

// Accepts reader, agent and operator; admin cannot be granted. Errors: invalid_argument with a
// did-you-mean.
Result<Role> parse_role(std::string_view text);

// Whether the role has the permission at all; Permission::agent also needs the caller's own host
// (api/dispatch checks it).
bool allows(Role role, Permission permission);

// Whether the caller has the permission through its door: its role's permissions, plus
// Permission::agent on the legacy door, whose peers of 2014 have no certificate. An admin has
// permissions only at the unix socket; Permission::join only counts at the TLS door.
bool has(const Caller& caller, Permission permission);

// "\"deploy\" as operator"; with the address when the caller has no name. For error sentences.
std::string described(const Caller& caller);

}  // namespace mega
