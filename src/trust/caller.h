// The caller, its door, and what both allow. Deny by default: what is not said here is not
// allowed.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <string>
#include <string_view>

namespace mega {

enum class Door { unix_socket, tls, legacy };
enum class Role { none, reader, agent, operator_, admin };

// What a function needs; every function names one.
enum class Permission {
  read,   // reader and above
  write,  // operator and above
  run,    // operator and above
  agent,  // an agent for its own host; on the legacy door a peer for its own address
  admin,  // at the unix socket only
  self,   // everybody whom the server knows, about himself
  join,   // who has no certificate yet, at the TLS door, with a token
};

struct Caller {
  Door door = Door::legacy;
  Role role = Role::none;
  std::string name;     // "root", the certificate's name; on the legacy door empty
  std::string address;  // the peer's IP address, empty on the unix socket
  std::string peer;     // for logs: "10.0.0.7:51532", "uid=0 pid=4711"
  Time issued{};        // of the certificate: when it was made
  std::string key_pin;  // of the certificate, in hex
};

std::string_view name_of(Door door);              // "unix", "tls", "legacy"
std::string_view name_of(Role role);              // "reader", ..., "operator"
std::string_view name_of(Permission permission);  // "read", ...

// Errors: invalid_argument with a did-you-mean. Knows reader, agent and operator: admin cannot be
// given away.
Result<Role> parse_role(std::string_view text);

// Whether the role has the permission at all; Permission::agent also needs the caller's own host
// (api/dispatch checks it).
bool allows(Role role, Permission permission);

// Whether the caller has the permission, through the door that it came by: what its role allows,
// and Permission::agent for a peer of 2014, which has no certificate. An admin is none but at the
// unix socket; tokens are for the TLS door.
bool has(const Caller& caller, Permission permission);

// "\"deploy\" as operator", with the address where there is no name: for sentences.
std::string described(const Caller& caller);

}  // namespace mega
