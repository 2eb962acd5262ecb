// Keys and certificates: the site's own CA, the certificates that it issues, and the identity in a
// certificate.
//
//   CA         Ed25519, self-signed, CN "mega CA NAME", basicConstraints CA, 20 years
//   holder     Ed25519, CN its name, OU its role ("agent", "operator", "reader", "server"), O the
//              site's id (the hex of the first 16 bytes of the CA's pin); servers also have the
//              names and addresses of their host as subjectAltName
//   validity   begins two hours before issue, because the clocks of hosts differ
//
// Keys and certificates are PEM text. Nothing here touches a file, a socket or a clock.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

inline constexpr std::chrono::hours certificate_backdated{2};

// Tolerated clock difference: a certificate is accepted from this much before its start date until
// this much after its end date.
inline constexpr std::chrono::hours clock_tolerance{1};

// The credentials of one side of a TLS connection; PEM text. `certificate` and `key` are empty for
// a client that has not joined yet.
struct Credentials {
  std::string ca;           // of the site
  std::string certificate;  // of the holder
  std::string key;
};

Result<std::string> make_key();  // Ed25519, PKCS #8

// Errors of all functions below: invalid_argument for text that is not a key, request or
// certificate, or is one of another kind.

Result<std::string> make_ca(std::string_view key, std::string_view name, Time now);

// A PKCS #10 request for the key's public half; proves that the requester has the key.
Result<std::string> make_request(std::string_view key, std::string_view name);

struct Grant {
  std::string name;
  std::string role;
  Time now;
  std::chrono::hours lifetime{24 * 90};
  std::vector<std::string> hosts{};  // servers: names and addresses
};

// A certificate for the request's key. Name and role come from the grant, never from the request.
Result<std::string> issue(std::string_view ca_certificate, std::string_view ca_key,
                          std::string_view request, const Grant& grant);

struct Identity {
  std::string name;
  std::string role;
  std::string site;
  std::string serial;   // hex
  std::string key_pin;  // 32 bytes: SHA-256 of the public key; renewals with the same key keep it
  Time from, until;
  std::vector<std::string> hosts{};  // servers: names and canonical addresses

  // When the certificate was made; `from` is earlier by certificate_backdated.
  Time issued() const {
    return {from.seconds + std::chrono::seconds(certificate_backdated).count()};
  }
};

Result<Identity> read_certificate(std::string_view certificate);

// SHA-256 of the public key (SubjectPublicKeyInfo) of a certificate: 32 bytes.
Result<std::string> pin_of(std::string_view certificate);
// As pin_of(), for a request.
Result<std::string> pin_of_request(std::string_view request);

// Checks that the CA has signed the certificate. Errors: also not_allowed when it has not.
Result<void> check_issuer(std::string_view ca_certificate, std::string_view certificate);

// The site's id for a CA with that pin.
std::string site_of(std::string_view pin);

// Errors: not_allowed when `now` is outside the dates by more than clock_tolerance; the sentence
// names both times and says that a clock may be wrong.
Result<void> check_dates(const Identity& identity, Time now);

// True when two thirds of the lifetime have passed: the holder should renew.
bool is_due_for_renewal(const Identity& identity, Time now);

}  // namespace mega
