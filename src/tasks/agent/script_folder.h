// The script folder: what this host runs.
//
//   FOLDER/NAME        a script
//   FOLDER/.NAME.sig   of one that came from the server: its SHA-256 in hex, a blank, the signature
//                      of the site's CA in base64 (trust/signature.h)
//
// A script with a signature runs only as it was signed. One without was placed by somebody of this
// host, and runs when `run.unsigned_scripts` says so. Write access to the folder or to a script
// decides what runs: both belong to root or to the daemon's user, and nobody else may write there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace mega {

struct Script {
  std::string name;
  std::string path;
  std::string digest;  // SHA-256 of its content, hex
  bool is_signed = false;
  bool executable = false;
};

class ScriptFolder {
 public:
  // `ca`: the certificate of the site's CA; empty on a host that has not joined.
  ScriptFolder(std::string folder, std::string ca, bool allow_unsigned)
      : folder_(std::move(folder)), ca_(std::move(ca)), allow_unsigned_(allow_unsigned) {}

  const std::string& path() const { return folder_; }

  // A script that may run. Errors: invalid_argument for what is no name; not_found; corrupt for one
  // that was changed since the server sent it; refused, with the reason, for one that must not run.
  Result<Script> find(std::string_view name) const;

  // Of the version that the server sent last; empty when it has not.
  std::string sent_digest(std::string_view name) const;

  // Puts a script there that the server sent, in place of the one of that name, whoever placed
  // that. Makes the folder. Errors: invalid_argument, not_allowed for another content or signature
  // than it says, failed (disk).
  Result<void> put(std::string_view name, std::string_view content, std::string_view digest,
                   std::string_view signature) const;

  // Errors: invalid_argument, not_found; refused for one that the server has not sent.
  Result<void> remove(std::string_view name) const;

  // All that have the name of a script, by name; those that must not run, too. Errors: failed.
  Result<std::vector<Script>> list() const;

 private:
  std::string script_path(std::string_view name) const;
  std::string signature_path(std::string_view name) const;
  Result<void> check_owner(const std::string& path, bool folder) const;
  Result<void> check_signed(const Script& script, std::string_view signature_text) const;

  const std::string folder_;
  const std::string ca_;
  const bool allow_unsigned_;
};

}  // namespace mega
