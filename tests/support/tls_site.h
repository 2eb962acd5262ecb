// TlsSite: the real binary as a server, and openssl clients of its TLS door.
#pragma once

#include "base/clock.h"
#include "tests/support/openssl_peer.h"
#include "tests/support/scratch.h"
#include "tests/support/server_process.h"
#include "value/value.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

using Words = std::vector<std::string>;

Words operator+(Words words, const Words& more);

// Parts of the payloads of successful and of refused calls.
inline constexpr const char* code_done = "\"CODE\":0";
inline constexpr const char* code_not_allowed = "\"CODE\":6";

// The text of a map's cell; empty when missing.
std::string text_at(const Value& row, std::string_view name);

struct TlsSite {
  // `flags`: of the server.
  explicit TlsSite(const Words& flags = {}) : server(scratch / "data", flags) {}
  ~TlsSite();  // fails the test unless the server stops with exit code 0

  std::string ca() const { return server.folder() + "/tls/ca.pem"; }
  std::string ca_name() const;  // the CA's name in its certificates

  // --- s_client flags that present a certificate ---
  Words shown(const std::string& name, const std::string& certificate,
              const std::string& key) const;
  // A certificate by this CA for any name and role, issued at any time.
  Words holder(const std::string& name, const std::string& role,
               Time now = system_clock().now()) const;
  // A certificate from `mega join`.
  Words joined(const std::string& name, const std::string& role) const;
  // A reader's certificate with this site's names, made by openssl alone and signed by this issuer.
  Words signed_by(const std::string& issuer, const std::string& issuer_key,
                  const std::string& name) const;
  // The same, signed by a new CA that openssl makes.
  Words holder_of_another_ca(const std::string& ca_name, const std::string& name) const;

  // An s_client that verifies the server's certificate.
  OpensslPeer peer(const Words& flags = {}) const { return peer_at(server.port(), flags); }
  OpensslPeer peer_at(std::uint16_t port, const Words& flags) const;
  // The first bytes of an s_client without certificate (TLS 1.2). Counts as a refused connection.
  std::string client_hello() const;

  std::string token(const Words& flags) const;
  Finished join(const std::string& token, const std::string& name) const;

  // The functions of the audit rows that match the flags, newest first.
  Words audit(const Words& flags) const;
  // Waits until the audit has this number of refused connections: their rows are written later.
  bool audit_has_refused(std::size_t connections) const;
  // True if the server serves calls at the unix socket and over TLS.
  bool serves() const;

  const Scratch scratch;
  ServerProcess server;
};

}  // namespace mega
