// The flags of every command that calls a server: its address and the time-outs.
#pragma once

#include "access/agent/identity_folder.h"
#include "cmd/setting_flags.h"
#include "net/client.h"

#include <memory>
#include <optional>
#include <string>

namespace mega {

class ArgumentParser;

// The server that a command calls, and the time-outs.
struct Target {
  Endpoint endpoint;
  AskLimits limits;
  std::optional<Membership> membership{};  // for TLS only
  IdentityFolder folder{""};               // where `membership` was loaded from
  bool guessed = false;                    // the default address: nothing names a server
};

// Connects to the server. Over TLS, renews the own certificate when due; a failed renewal is a
// warning. Errors: as Asker::open, and not_allowed for an expired certificate.
Result<std::unique_ptr<Asker>> connect_to(const Target& target);

class ServerFlags {
 public:
  void declare(ArgumentParser& parser);

  // --server if given; else mega.sock in the server's data folder on this host (--data, MEGA_DATA
  // or the default) if that file exists and may be opened; else the setting `server`, which
  // defaults to the server that this host or user has joined. Errors: invalid_argument, as
  // Settings::load and parse_endpoint; those of IdentityFolder::load.
  Result<Target> target() const;

  // Connects to target(). Errors: also those of connect_to().
  Result<std::unique_ptr<Asker>> connect() const;

  // --server was given.
  bool named() const;

 private:
  FlaggedSettings settings_;
  const ArgumentParser* parser_ = nullptr;
};

// The decision of target(), with the settings' values as parameters. `flag` is --server or empty.
// HOST[:PORT] means the legacy dialect until this host or user has joined, and TLS after that.
Result<Endpoint> choose_endpoint(const std::string& flag, const std::string& data_folder,
                                 const std::string& setting, bool joined = false);

}  // namespace mega
