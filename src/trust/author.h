// Author: the caller behind a change and the call that made it. The audit stores both.
#pragma once

#include <string>

namespace mega {

struct Author {
  std::string who;       // "root", "deploy"
  std::string door;      // "unix", "tls", "legacy"
  std::string peer;      // "10.0.0.7:51532"
  std::string function;  // "mod_server"
  std::string args;      // as text, secrets masked
};

}  // namespace mega
