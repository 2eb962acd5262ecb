#include "trust/signature.h"

#include <openssl/evp.h>

#include <memory>

#include "trust/crypto.h"
#include "trust/pem.h"

namespace mega {
namespace {

using Digest = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;

constexpr std::size_t signature_bytes = 64;
constexpr std::size_t serial_bytes = 8;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Result<std::string> sign(std::string_view key, std::string_view message) {
  const auto parsed = parse_key(key);
  if (!parsed) return fail(parsed.error());
  const Digest digest(EVP_MD_CTX_new());
  std::string signature(signature_bytes, '\0');
  std::size_t length = signature.size();
  if (!digest || EVP_DigestSignInit(digest.get(), nullptr, nullptr, nullptr, parsed->get()) != 1 ||
      EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                     bytes_of(message), message.size()) != 1) {
    return fail(Errc::internal, "cannot sign: {}", openssl_error());
  }
  return signature;
}

Result<void> check_signature(std::string_view certificate, std::string_view message,
                             std::string_view signature) {
  const auto parsed = parse_certificate(certificate);
  if (!parsed) return fail(parsed.error());
  const Digest digest(EVP_MD_CTX_new());
  if (!digest || EVP_DigestVerifyInit(digest.get(), nullptr, nullptr, nullptr,
                                      X509_get0_pubkey(parsed->get())) != 1) {
    return fail(Errc::internal, "cannot check a signature: {}", openssl_error());
  }
  if (EVP_DigestVerify(digest.get(), bytes_of(signature), signature.size(), bytes_of(message),
                       message.size()) != 1) {
    openssl_error();  // clears the error
    return fail(Errc::not_allowed, "the signature is not by the CA of this site");
  }
  return {};
}

std::string script_to_sign(std::string_view name, std::string_view digest, std::int64_t serial) {
  const std::string message = fmt::format("mega script\n{}\n{}\n", name, digest);
  return serial == 0 ? message : fmt::format("{}{}\n", message, serial);
}

std::string script_signature(std::int64_t serial, std::string_view by_ca) {
  std::string signature;
  for (std::size_t i = serial_bytes; i-- > 0;) {
    signature += static_cast<char>(serial >> (8 * i) & 0xff);
  }
  return signature.append(by_ca);
}

std::int64_t serial_of(std::string_view signature) {
  if (signature.size() != serial_bytes + signature_bytes) return 0;
  std::uint64_t serial = 0;
  for (const char byte : signature.substr(0, serial_bytes)) {
    serial = serial << 8 | static_cast<unsigned char>(byte);
  }
  return static_cast<std::int64_t>(serial);
}

Result<void> check_script_signature(std::string_view ca, std::string_view name,
                                    std::string_view digest, std::string_view signature) {
  const std::int64_t serial = serial_of(signature);
  if (serial < 0) return fail(Errc::not_allowed, "the serial of the signature is out of range");
  const auto by_ca = serial == 0 ? signature : signature.substr(serial_bytes);
  return check_signature(ca, script_to_sign(name, digest, serial), by_ca);
}

}  // namespace mega
