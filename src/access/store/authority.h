// Authority: the site's CA and the certificate of this server, as files of the data folder.
//
//   DATA/tls/ca.key       0600   the CA's key; its holder can impersonate any name
//   DATA/tls/ca.pem       0600   the CA's certificate
//   DATA/tls/server.key   0600   this server's key
//   DATA/tls/server.pem   0600   this server's certificate, by the CA
//
// They are made in this order, each whole or not at all, so that a start that was cut short is
// finished by the next one. Server key and certificate are made anew when they are missing; the CA
// never is, because with another CA the whole fleet would have to join again.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "trust/certificate.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

inline constexpr const char* ca_key_file = "ca.key";
inline constexpr const char* ca_certificate_file = "ca.pem";
inline constexpr const char* server_key_file = "server.key";
inline constexpr const char* server_certificate_file = "server.pem";

// Thread-safe.
class Authority {
 public:
  // What is in the data folder, made when it is missing; `hosts` are the names and addresses that
  // the server's certificate is for, the first one its name. Requires: the folder's lock is held.
  // Errors: corrupt for a CA of which a part is missing or that does not fit together; not_allowed
  // for keys that others may read; failed (disk). Each says what to do.
  static Result<std::unique_ptr<Authority>> open(const std::string& data_folder,
                                                 const std::vector<std::string>& hosts,
                                                 const Clock& clock);

  // What the files say, read beside the server that uses them. Errors: not_found; corrupt.
  struct Facts {
    std::string pin;
    Identity server;
  };
  static Result<Facts> look(const std::string& data_folder);

  // Whether the data folder has a CA's key.
  static bool is_there(const std::string& data_folder);

  Credentials own() const;  // the CA, the server's certificate and its key
  // Goes up with each change of own(): holders of copies compare.
  std::uint64_t version() const;

  const std::string& pin() const { return pin_; }    // 32 bytes, of the CA
  const std::string& site() const { return site_; }  // site_of(pin)
  const std::string& ca() const { return ca_; }      // PEM
  bool made_now() const { return made_now_; }        // open() has made the CA

  // A certificate for the request's key. Errors: as mega::issue.
  Result<std::string> issue(std::string_view request, const Grant& grant) const;

  // The CA's signature on a message that is no certificate (trust/signature.h).
  Result<std::string> sign(std::string_view message) const;

  // Reads the server's key and certificate again, which somebody may have replaced or removed, and
  // issues the certificate anew when it is missing, does not fit, is about to end or the host has
  // other names; true when own() has changed. Errors: failed (disk), not_allowed for a key that
  // others may read, refused for another CA than the one in use; own() then stays.
  Result<bool> refresh(Time now, const std::vector<std::string>& hosts);

 private:
  explicit Authority(std::string data_folder);
  std::string path(const char* name) const;
  Result<void> put(const char* name, const std::string& text) const;
  Result<void> open_ca(const std::string& name, Time now);
  Result<std::string> open_server_key() const;
  // The certificate for that key, from the file or new.
  Result<std::string> open_server_certificate(const std::string& key,
                                              const std::vector<std::string>& hosts,
                                              Time now) const;
  Result<std::string> issue_server(const std::string& key, const std::vector<std::string>& hosts,
                                   Time now) const;

  const std::string data_folder_;
  const std::string folder_;
  std::string ca_key_, ca_, pin_, site_;
  bool made_now_ = false;

  std::mutex refreshing_;
  mutable std::mutex mutex_;  // of what follows
  std::string server_key_, server_certificate_;
  std::uint64_t version_ = 0;
};

}  // namespace mega
