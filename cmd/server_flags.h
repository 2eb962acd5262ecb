// The flags of every command that calls a server: which server, and how long to wait for it.
#pragma once

#include "cmd/setting_flags.h"
#include "net/ask.h"

#include <memory>
#include <string>

namespace mega {

// Which server a command talks to, and how patiently.
struct Target {
  Endpoint endpoint;
  AskLimits limits;
};

class ServerFlags {
 public:
  void declare(CLI::App& app);

  // --server when it was given; else mega.sock in the server's data folder on this host (--data,
  // MEGA_DATA or the default) when that file exists and may be opened; else the setting `server`.
  // Errors: invalid_argument, as Settings::load and parse_endpoint.
  Result<Target> target() const;

  // target(), connected. Errors: also unavailable.
  Result<std::unique_ptr<Asker>> connect() const;

  // --server was given.
  bool named() const;

 private:
  FlaggedSettings settings_;
  const CLI::Option* server_ = nullptr;
};

// What target() decides, with the settings' values passed in. `flag` is --server or empty.
// HOST[:PORT] means the legacy dialect until this host has joined that server's site.
Result<Endpoint> choose_endpoint(const std::string& flag, const std::string& data_folder,
                                 const std::string& setting);

}  // namespace mega
