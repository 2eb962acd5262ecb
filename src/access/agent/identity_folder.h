// The folder that makes this host, or this user, known to a server: what `mega join` leaves and
// every call over TLS reads.
//
//   key.pem           the private key, made here; it never leaves the host
//   certificate.pem   what the site's CA issued for it
//   ca.pem            the site's CA
//   server            HOST:PORT of the server that was joined
//   token             hex of the SHA-256 of the token's secret: tells a repeated join from a new
//                     one
//
// The folder is 0700, the files are 0600. A file with .new behind its name is part of a join that
// is under way: key.pem.new waits for its certificate; once certificate.pem.new is there the join
// is done, and the next process that opens the folder puts the new files in place.
#pragma once

#include "base/result.h"
#include "base/settings.h"
#include "trust/certificate.h"

#include <optional>
#include <string>

namespace mega {

// The name and certificate of this host or user.
struct Membership {
  Credentials credentials;
  std::string server;  // HOST:PORT
  std::string token;   // hex of the hash of the secret that was spent
};

class IdentityFolder {
 public:
  explicit IdentityFolder(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  // nullopt: not joined yet. Errors: not_allowed when others may read the folder or the key
  // (it names the chmod), or this user may not; corrupt when a part is missing.
  Result<std::optional<Membership>> load() const;

  // The key of a join that is under way, made when there is none. Makes the folder. Errors: as
  // load.
  Result<std::string> pending_key() const;

  // Keeps all of it, in place of what was there: all or nothing, whenever the process dies.
  // Errors: not_allowed, failed.
  Result<void> store(const Membership& membership) const;

  // A new certificate for the same key. Errors: as store.
  Result<void> replace_certificate(const std::string& certificate) const;

 private:
  std::string file(const char* name) const { return path_ + "/" + name; }
  Result<void> finish() const;
  Result<void> make() const;
  Result<void> refuse_open() const;

  std::string path_;
};

// The setting tls_dir; else /etc/mega/tls for root and ~/.config/mega/tls for others. Empty when
// there is no home.
IdentityFolder identity_folder(const Settings& settings);

}  // namespace mega
