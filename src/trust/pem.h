// Owned OpenSSL objects, parsed from PEM text. Only for files that call OpenSSL; all others pass
// text.
#pragma once

#include "base/result.h"
#include "trust/certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string_view>

namespace mega {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const {
    release(object);
  }
};
using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;

// Reads from `text`, which must outlive the Bio.
Bio memory_bio(std::string_view text);

// Pass-phrase callback for OpenSSL's PEM readers: refuses a key with a pass phrase, does not
// prompt.
int no_pass_phrase(char*, int, int, void*);

// Errors: invalid_argument for text that cannot be parsed, and for a key that is not Ed25519.
Result<Key> parse_key(std::string_view text);
Result<Certificate> parse_certificate(std::string_view text);

// As read_certificate() (trust/certificate.h), for a certificate that is parsed already. Parsing is
// most of the work.
Identity identity_of(const X509* certificate);

}  // namespace mega
