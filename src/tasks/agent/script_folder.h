// The script folder: the scripts that this host runs.
//
//   FOLDER/NAME        a script
//   FOLDER/.NAME.sig   of a script from the server: its SHA-256 in hex, a blank, the signature of
//                      the site's CA in base64 (trust/signature.h)
//   FOLDER/.NAME.removed   of a script that the server has removed: the serial of its signature
//
// A version older than one that was here is refused, although its signature is valid.
// A script with a signature runs only as it was signed. A script without one was placed by hand on
// this host, and runs if `run.unsigned_scripts` is on. Write access to the folder or a script
// decides what runs: both must belong to root or the daemon's user, and must not be writable by
// others.
#pragma once

#include <cstdint>
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

  // A script that may run. Errors: invalid_argument for an invalid name; not_found; corrupt for a
  // script that was changed since the server sent it; refused, with the reason, for one that must
  // not run.
  Result<Script> find(std::string_view name) const;

  // The digest of the version that the server sent last; empty: never sent.
  std::string sent_digest(std::string_view name) const;

  // Stores a script from the server, in place of any script of that name. Creates the folder.
  // Errors: invalid_argument; not_allowed if the digest or the signature does not fit the content,
  // or if a newer version is or was here; failed (disk).
  Result<void> put(std::string_view name, std::string_view content, std::string_view digest,
                   std::string_view signature) const;

  // Errors: invalid_argument, not_found; refused for a script that did not come from the server.
  Result<void> remove(std::string_view name) const;

  // All files with a valid script name, by name, including those that must not run. Errors: failed.
  Result<std::vector<Script>> list() const;

 private:
  std::string script_path(std::string_view name) const;
  std::string signature_path(std::string_view name) const;
  std::string removed_path(std::string_view name) const;
  std::int64_t newest_serial(std::string_view name) const;
  Result<void> check_owner(const std::string& path, bool folder) const;
  Result<void> check_signed(const Script& script, std::string_view signature_text) const;

  const std::string folder_;
  const std::string ca_;
  const bool allow_unsigned_;
};

}  // namespace mega
