// TlsSite: the real binary as a server, and those who come to its TLS door with openssl.
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

// In the payload of every answer that is one, or that refuses.
inline constexpr const char* code_done = "\"CODE\":0";
inline constexpr const char* code_not_allowed = "\"CODE\":6";

// The text of a map's cell; empty when there is none.
std::string text_at(const Value& row, std::string_view name);

struct TlsSite {
  // `flags` are the server's.
  explicit TlsSite(const Words& flags = {}) : server(scratch / "data", flags) {}
  ~TlsSite();  // the server must stop well, whoever still is connected

  std::string ca() const { return server.folder() + "/tls/ca.pem"; }
  std::string ca_name() const;  // as its certificates name it

  // --- the flags of an s_client that shows a certificate ---
  Words shown(const std::string& name, const std::string& certificate,
              const std::string& key) const;
  // Of whoever the CA says, issued at another time perhaps.
  Words holder(const std::string& name, const std::string& role,
               Time now = system_clock().now()) const;
  // Of who has joined as people do.
  Words joined(const std::string& name, const std::string& role) const;
  // A reader's with the words of this site, by openssl from first to last, and by this issuer.
  Words signed_by(const std::string& issuer, const std::string& issuer_key,
                  const std::string& name) const;
  // The same, by a CA that openssl makes.
  Words holder_of_another_ca(const std::string& ca_name, const std::string& name) const;

  // s_client, which demands the certificate of this server.
  OpensslPeer peer(const Words& flags = {}) const { return peer_at(server.port(), flags); }
  OpensslPeer peer_at(std::uint16_t port, const Words& flags) const;
  // What an s_client without certificate sends before anything has come. Counts as a failure to
  // come in.
  std::string client_hello() const;

  std::string token(const Words& flags) const;
  Finished join(const std::string& token, const std::string& name) const;

  // The functions of those rows of the audit, the newest first.
  Words audit(const Words& flags) const;
  // A connection that was refused gets its row in its own time.
  bool audit_has_refused(std::size_t connections) const;
  // Whether others are served, at the unix socket and by TLS.
  bool serves() const;

  const Scratch scratch;
  ServerProcess server;
};

}  // namespace mega
