#include "tests/support/tls_site.h"

#include "base/file.h"
#include "tests/support/in_process_service.h"
#include "tests/support/relay.h"
#include "trust/certificate.h"
#include "value/json.h"

#include <gmock/gmock.h>

namespace mega {
namespace {

std::string text_of(const std::string& path) { return read_file(path, 1 << 20).value(); }

}  // namespace

Words operator+(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

std::string text_at(const Value& row, std::string_view name) {
  const auto* map = row.as<Map>();
  const Value* cell = map ? map->find(name) : nullptr;
  const auto* text = cell ? cell->as<std::string>() : nullptr;
  return text ? *text : "";
}

TlsSite::~TlsSite() { EXPECT_EQ(server.stop(), 0) << server.child().errors(); }

std::string TlsSite::ca_name() const {
  const Finished shown =
      run_child({"openssl", "x509", "-in", ca(), "-noout", "-subject", "-nameopt", "RFC2253"});
  const std::string begin = "subject=CN=";
  EXPECT_THAT(shown.output, testing::StartsWith(begin + "mega CA "));
  return shown.output.substr(begin.size(), shown.output.find('\n') - begin.size());
}

Words TlsSite::shown(const std::string& name, const std::string& certificate,
                     const std::string& key) const {
  return {"-cert", scratch.write(name + ".pem", certificate), "-key",
          scratch.write(name + ".key", key)};
}

Words TlsSite::holder(const std::string& name, const std::string& role, Time now) const {
  const std::string key = make_key().value();
  const auto certificate =
      issue(text_of(ca()), text_of(server.folder() + "/tls/ca.key"),
            make_request(key, name).value(), {.name = name, .role = role, .now = now});
  return shown(name, certificate.value(), key);
}

Words TlsSite::joined(const std::string& name, const std::string& role) const {
  const Finished joined = join(token({"--role", role}), name);
  EXPECT_EQ(joined.code, 0) << joined.errors;
  return {"-cert", scratch / (name + "/certificate.pem"), "-key", scratch / (name + "/key.pem")};
}

Words TlsSite::signed_by(const std::string& issuer, const std::string& issuer_key,
                         const std::string& name) const {
  const std::string key = scratch / (name + ".key"), request = scratch / (name + ".csr"),
                    certificate = scratch / (name + ".pem");
  openssl({"genpkey", "-algorithm", "ed25519", "-out", key});
  openssl({"req", "-new", "-key", key, "-subj",
           "/O=" + site_of(pin_of(text_of(ca())).value()) + "/OU=reader/CN=" + name, "-out",
           request});
  openssl({"x509", "-req", "-in", request, "-CA", issuer, "-CAkey", issuer_key, "-CAcreateserial",
           "-days", "30", "-out", certificate});
  return {"-cert", certificate, "-key", key};
}

Words TlsSite::holder_of_another_ca(const std::string& ca_name, const std::string& name) const {
  const std::string key = scratch / (name + "-ca.key"), certificate = scratch / (name + "-ca.pem");
  openssl({"genpkey", "-algorithm", "ed25519", "-out", key});
  openssl({"req", "-x509", "-new", "-key", key, "-subj", "/CN=" + ca_name, "-out", certificate});
  return signed_by(certificate, key, name);
}

OpensslPeer TlsSite::peer_at(std::uint16_t port, const Words& flags) const {
  return {port, Words{"-CAfile", ca(), "-verify_return_error", "-verify_ip", "127.0.0.1"} + flags};
}

std::string TlsSite::client_hello() const {
  Relay relay(server.port());
  peer_at(relay.port(), {"-tls1_2"}).last_words();  // the server answers with an alert only
  return relay.sent();
}

std::string TlsSite::token(const Words& flags) const {
  const Finished made = server.mega(Words{"server", "token"} + flags);
  EXPECT_EQ(made.code, 0) << made.errors;
  return made.output.substr(0, made.output.find('\n'));
}

Finished TlsSite::join(const std::string& token, const std::string& name) const {
  return run_child({mega_binary(), "join", token, "--name", name},
                   {{"MEGA_TLS_DIR", scratch / name}, {"HOME", scratch.path()}});
}

Words TlsSite::audit(const Words& flags) const {
  const Finished listed =
      server.mega(Words{"server", "audit", "--count", "0", "-o", "json"} + flags);
  EXPECT_EQ(listed.code, 0) << listed.errors;
  const auto rows = parse_json(listed.output);
  Words functions;
  if (const auto* list = rows ? rows->as<List>() : nullptr) {
    for (const Value& row : *list) functions.push_back(text_at(row, "function"));
  }
  return functions;
}

bool TlsSite::audit_has_refused(std::size_t connections) const {
  return eventually([&] {
    return audit({"--refused", "--door", "tls", "--function", "(connection)"}).size() ==
           connections;
  });
}

bool TlsSite::serves() const {
  return server.mega({"call", "whoami"}).code == 0 &&
         peer(holder("served", "reader")).ask("whoami").find(code_done) != std::string::npos;
}

}  // namespace mega
