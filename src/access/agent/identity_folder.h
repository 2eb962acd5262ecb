// The folder with the identity of this host, or of this user, at a server: `mega join` writes it
// and every call over TLS reads it.
//
//   key.pem           the private key, made here; it never leaves the host
//   certificate.pem   the certificate that the site's CA issued for it
//   ca.pem            the certificate of the site's CA
//   server            HOST:PORT of the server that was joined
//   token             hex of the SHA-256 of the token's secret, which identifies a repeated join
//
// The folder has mode 0700, the files 0600. A file with the suffix .new belongs to a join in
// progress: key.pem.new waits for its certificate; once certificate.pem.new exists the join is
// complete, and the next load() puts the new files in place.
#pragma once

#include "base/result.h"
#include "base/settings.h"
#include "trust/certificate.h"

#include <optional>
#include <string>

namespace mega {

// The identity of this host or user at a site.
struct Membership {
  Credentials credentials;
  std::string server;  // HOST:PORT
  std::string token;   // hex of the SHA-256 of the spent token's secret
};

class IdentityFolder {
 public:
  explicit IdentityFolder(std::string path) : path_(std::move(path)) {}

  const std::string& path() const { return path_; }

  // nullopt: there is no identity yet. Errors: not_allowed when other users may read the folder
  // or the key (the message gives the chmod command), or this user may not; corrupt when a file
  // is missing.
  Result<std::optional<Membership>> load() const;

  // The key of the join in progress; makes a key, and the folder, when there is none. Errors:
  // as load().
  Result<std::string> pending_key() const;

  // Replaces the whole identity, atomically even if the process dies. Errors: not_allowed, failed.
  Result<void> store(const Membership& membership) const;

  // Replaces the certificate; the key stays. Errors: as store().
  Result<void> replace_certificate(const std::string& certificate) const;

 private:
  std::string file(const char* name) const { return path_ + "/" + name; }
  Result<void> finish() const;
  Result<void> make() const;
  Result<void> refuse_open() const;

  std::string path_;
};

// The folder of the setting tls_dir; by default /etc/mega/tls for root and ~/.config/mega/tls for
// other users. Its path is empty when there is no home.
IdentityFolder identity_folder(const Settings& settings);

}  // namespace mega
