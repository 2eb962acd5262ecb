// Authority: the site's CA and this server's certificate, as files of the data folder.
//
//   DATA/tls/ca.key       0600   the CA's key; its holder can issue a certificate for any name
//   DATA/tls/ca.pem       0600   the CA's certificate
//   DATA/tls/server.key   0600   this server's key
//   DATA/tls/server.pem   0600   this server's certificate, issued by the CA
//   DATA/tls/server.since 0600   when the server's key was last replaced, in seconds since 1970
//
// The files are made in this order, each atomically, so that the next start completes an
// interrupted one. A missing server key or certificate is made again; a lost CA never is, because
// with another CA the whole fleet would have to join again.
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
inline constexpr const char* server_since_file = "server.since";

// Thread-safe.
class Authority {
 public:
  // Opens the files in the data folder and makes the missing ones. `hosts` are the names and
  // addresses for the server's certificate, the first one its name. Requires: the folder's lock is
  // held. Errors: corrupt for a CA with a missing or mismatching file; not_allowed for keys that
  // other users may read; failed (disk). Each message says what to do.
  static Result<std::unique_ptr<Authority>> open(const std::string& data_folder,
                                                 const std::vector<std::string>& hosts,
                                                 const Clock& clock);

  // Facts from the files, which a running server may be using. Errors: not_found; corrupt.
  struct Facts {
    std::string pin;
    Identity server;
  };
  static Result<Facts> look(const std::string& data_folder);

  // Whether the data folder has the key of a CA.
  static bool is_there(const std::string& data_folder);

  Credentials own() const;  // the CA, the server's certificate and its key
  // When the server's key was replaced: daemons refuse certificates of servers that were issued
  // earlier, because the former key may be in other hands. 0: it is the first key.
  Time servers_since() const;
  // Grows with each change of own(), so that holders of a copy can tell that it is outdated.
  std::uint64_t version() const;

  const std::string& pin() const { return pin_; }    // of the CA, 32 bytes
  const std::string& site() const { return site_; }  // site_of(pin)
  const std::string& ca() const { return ca_; }      // PEM
  bool made_now() const { return made_now_; }        // open() made the CA

  // Issues a certificate for the request's key. Errors: as mega::issue().
  Result<std::string> issue(std::string_view request, const Grant& grant) const;

  // Signs a message, other than a certificate, with the CA's key (trust/signature.h).
  Result<std::string> sign(std::string_view message) const;

  // Reads the server's key and certificate again, in case the files were replaced or removed.
  // Issues a new certificate when it is missing, does not match the key or `hosts`, or is about to
  // end. True when own() has changed. Errors: failed (disk), not_allowed for a key that other users
  // may read, refused for another CA than the one in use; own() then stays.
  Result<bool> refresh(Time now, const std::vector<std::string>& hosts);

 private:
  explicit Authority(const std::string& data_folder);
  std::string path(const char* name) const;
  Result<void> put(const char* name, const std::string& text) const;
  Result<void> open_ca(const std::string& name, Time now);
  Result<std::string> open_server_key() const;
  // Whether the key, which was there before or not, is another than the server has had. Requires:
  // mutex_ is held.
  bool replaces_another(const std::string& key, bool was_there) const;
  // Notes the time if it does.
  Result<void> note_replacement(const std::string& key, bool was_there, Time now);
  // The certificate for the key: the one in the file if it fits, else a new one.
  Result<std::string> open_server_certificate(const std::string& key,
                                              const std::vector<std::string>& hosts,
                                              Time now) const;
  Result<std::string> issue_server(const std::string& key, const std::vector<std::string>& hosts,
                                   Time now) const;

  const std::string folder_;
  std::string ca_key_, ca_, pin_, site_;
  bool made_now_ = false;

  std::mutex refreshing_;
  mutable std::mutex mutex_;  // guards the members below
  std::string server_key_, server_certificate_;
  Time servers_since_{};
  std::uint64_t version_ = 0;
};

}  // namespace mega
