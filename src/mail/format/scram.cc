#include "mail/format/scram.h"

#include "base/text.h"
#include "trust/crypto.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>
#include <optional>

namespace mega {
namespace {

constexpr long long rounds_max = 2'000'000;  // about a second

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hmac(std::string_view key, std::string_view text) {
  std::string out(sha256_bytes, '\0');
  unsigned int length = 0;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
            reinterpret_cast<unsigned char*>(out.data()), &length)) {
    std::abort();  // out of memory: OpenSSL has SHA-256 built in
  }
  return out;
}

std::string stretched(std::string_view password, std::string_view salt, int rounds) {
  std::string out(sha256_bytes, '\0');
  if (PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                        static_cast<int>(salt.size()), rounds, EVP_sha256(), sha256_bytes,
                        reinterpret_cast<unsigned char*>(out.data())) != 1) {
    std::abort();
  }
  return out;
}

std::string xor_of(std::string a, std::string_view b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ b[i]);
  return a;
}

// Escapes comma and equals sign, which would end the name.
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == ',')
      out += "=2C";
    else if (c == '=')
      out += "=3D";
    else
      out += c;
  }
  return out;
}

// The value of an attribute, "r" of "r=abc,s=def".
std::optional<std::string_view> attribute(std::string_view message, char name) {
  for (const std::string_view part : split(message, ',')) {
    if (part.size() >= 2 && part[0] == name && part[1] == '=') return part.substr(2);
  }
  return std::nullopt;
}

}  // namespace

Scram::Scram(std::string user, std::string password, std::string_view nonce)
    : bare_(fmt::format("n={},r={}", escaped(user), nonce)),
      password_(std::move(password)),
      nonce_(nonce) {}

std::string Scram::first() const { return "n,," + bare_; }

Result<std::string> Scram::answer(std::string_view server_first) {
  const auto nonce = attribute(server_first, 'r');
  const auto salt_text = attribute(server_first, 's');
  const auto rounds_text = attribute(server_first, 'i');
  const auto salt = salt_text ? decode_base64(*salt_text) : std::nullopt;
  const auto rounds = rounds_text ? parse_integer(*rounds_text) : std::nullopt;
  if (!nonce || !salt || !rounds || *rounds < 1) {
    return fail(Errc::corrupt, "the relay's part of SCRAM-SHA-256 is {}", quoted(server_first));
  }
  if (!nonce->starts_with(nonce_) || nonce->size() == nonce_.size()) {
    return fail(Errc::not_allowed, "the relay answers somebody else's SCRAM-SHA-256");
  }
  if (*rounds > rounds_max) {
    return fail(Errc::not_allowed, "the relay wants {} rounds of SCRAM-SHA-256, {} are the most",
                *rounds, rounds_max);
  }
  const std::string salted = stretched(password_, *salt, static_cast<int>(*rounds));
  const std::string without_proof = fmt::format("c=biws,r={}", *nonce);
  const std::string all = fmt::format("{},{},{}", bare_, server_first, without_proof);
  const std::string client_key = hmac(salted, "Client Key");
  const std::string proof = xor_of(client_key, hmac(sha256(client_key), all));
  server_signature_ = hmac(hmac(salted, "Server Key"), all);
  return without_proof + ",p=" + encode_base64(proof);
}

Result<void> Scram::verify(std::string_view server_final) const {
  const auto value = attribute(server_final, 'v');
  const auto signature = value ? decode_base64(*value) : std::nullopt;
  if (!server_signature_.empty() && signature &&
      equal_in_constant_time(*signature, server_signature_)) {
    return {};
  }
  return fail(Errc::not_allowed, "the relay does not prove that it knows the password");
}

}  // namespace mega
