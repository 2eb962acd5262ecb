// Keys and certificates: the site's own CA, what it issues, and what a certificate says of its
// holder.
//
//   CA         Ed25519, self-signed, CN "mega CA NAME", basicConstraints CA, 20 years
//   holder     Ed25519, CN its name, OU its role ("agent", "operator", "reader", "server"), O the
//   site's id (the hex of the
//              first 16 bytes of the CA's pin); servers also have the names and addresses of their
//              host as subjectAltName
//   validity   begins two hours before it is issued: clocks of hosts differ
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

// Clocks that differ by as much are survived: a certificate counts from this much before until this
// much after its dates.
inline constexpr std::chrono::hours clock_tolerance{1};

// What one side of a TLS connection shows and trusts; PEM text. Without certificate and key: who
// has not joined yet.
struct Credentials {
  std::string ca;           // of the site
  std::string certificate;  // of the holder
  std::string key;
};

Result<std::string> make_key();  // Ed25519, PKCS #8

// Errors of all below: invalid_argument for text that is no key, request or certificate, or one of
// another kind.

Result<std::string> make_ca(std::string_view key, std::string_view name, Time now);

// PKCS #10 for the key's public half; proves that the asker has the key.
Result<std::string> make_request(std::string_view key, std::string_view name);

struct Grant {
  std::string name;
  std::string role;
  Time now;
  std::chrono::hours lifetime{24 * 90};
  std::vector<std::string> hosts{};  // servers: names and addresses
};

// A certificate for the request's key; name and role are the grant's, whatever the request says.
Result<std::string> issue(std::string_view ca_certificate, std::string_view ca_key,
                          std::string_view request, const Grant& grant);

struct Identity {
  std::string name;
  std::string role;
  std::string site;
  std::string serial;   // hex
  std::string key_pin;  // 32 bytes: SHA-256 of the public key, the same over renewals with one key
  Time from, until;
  std::vector<std::string> hosts{};  // servers: names and addresses, these in canonical text

  // When it was made: `from` is earlier, see certificate_backdated.
  Time issued() const {
    return {from.seconds + std::chrono::seconds(certificate_backdated).count()};
  }
};

Result<Identity> read_certificate(std::string_view certificate);

// SHA-256 of the public key (SubjectPublicKeyInfo) of a certificate: 32 bytes.
Result<std::string> pin_of(std::string_view certificate);
// The same of a request.
Result<std::string> pin_of_request(std::string_view request);

// Whether the CA has signed it. Errors: also not_allowed when it has not.
Result<void> check_issuer(std::string_view ca_certificate, std::string_view certificate);

// The site's id for a CA with that pin.
std::string site_of(std::string_view pin);

// Errors: not_allowed when `now` is outside the dates by more than clock_tolerance; the sentence
// names both times and says that a clock may be wrong.
Result<void> check_dates(const Identity& identity, Time now);

// True when two thirds of the lifetime have passed: its holder asks for a new one.
bool is_due_for_renewal(const Identity& identity, Time now);

}  // namespace mega
