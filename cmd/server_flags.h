// The flags of every command that calls a server: which server, and how long to wait for it.
#pragma once

#include "access/agent/identity_folder.h"
#include "cmd/setting_flags.h"
#include "net/client.h"

#include <memory>
#include <optional>
#include <string>

namespace mega {

class ArgumentParser;

// Which server a command talks to, and how patiently.
struct Target {
  Endpoint endpoint;
  AskLimits limits;
  std::optional<Membership> membership{};  // for TLS only
  IdentityFolder folder{""};               // where that came from
  bool guessed = false;                    // nothing says that there is one: the default
};

// The conversation with it. Over TLS the own certificate is renewed when that is due; a renewal
// that fails is a warning. Errors: as Asker::open, and not_allowed when the certificate has ended.
Result<std::unique_ptr<Asker>> connect_to(const Target& target);

class ServerFlags {
 public:
  void declare(ArgumentParser& parser);

  // --server when it was given; else mega.sock in the server's data folder on this host (--data,
  // MEGA_DATA or the default) when that file exists and may be opened; else the setting `server`,
  // which is the server that this host or user has joined unless something else is set.
  // Errors: invalid_argument, as Settings::load and parse_endpoint; those of IdentityFolder::load.
  Result<Target> target() const;

  // target(), connected. Errors: also those of connect_to.
  Result<std::unique_ptr<Asker>> connect() const;

  // --server was given.
  bool named() const;

 private:
  FlaggedSettings settings_;
  const ArgumentParser* parser_ = nullptr;
};

// What target() decides, with the settings' values passed in. `flag` is --server or empty.
// HOST[:PORT] means the legacy dialect until this host or user has joined, and TLS from then on.
Result<Endpoint> choose_endpoint(const std::string& flag, const std::string& data_folder,
                                 const std::string& setting, bool joined = false);

}  // namespace mega
