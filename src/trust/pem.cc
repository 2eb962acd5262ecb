#include "trust/pem.h"

#include "trust/crypto.h"

namespace mega {

Bio memory_bio(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

int no_pass_phrase(char*, int, int, void*) { return 0; }

Result<Key> parse_key(std::string_view text) {
  Key key(PEM_read_bio_PrivateKey(memory_bio(text).get(), nullptr, no_pass_phrase, nullptr));
  if (!key) return fail(Errc::invalid_argument, "no private key: {}", openssl_error());
  if (EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) {
    return fail(Errc::invalid_argument, "a private key that is not Ed25519");
  }
  return key;
}

Result<Certificate> parse_certificate(std::string_view text) {
  Certificate certificate(
      PEM_read_bio_X509(memory_bio(text).get(), nullptr, no_pass_phrase, nullptr));
  if (!certificate) return fail(Errc::invalid_argument, "no certificate: {}", openssl_error());
  return certificate;
}

}  // namespace mega
