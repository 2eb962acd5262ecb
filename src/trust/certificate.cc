#include "trust/certificate.h"

#include "trust/crypto.h"
#include "trust/pem.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <ctime>
#include <memory>

namespace mega {
namespace {

using Request = std::unique_ptr<X509_REQ, Release<X509_REQ_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Release<X509_EXTENSION_free>>;
using Bignum = std::unique_ptr<BIGNUM, Release<BN_free>>;
using AlternativeNames = std::unique_ptr<GENERAL_NAMES, Release<GENERAL_NAMES_free>>;

constexpr std::size_t serial_bytes = 16;
constexpr std::chrono::hours ca_lifetime{24 * 365 * 20};

template <class Write, class Object>
Result<std::string> to_pem(Write write, Object* object) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || write(bio.get(), object) != 1)
    return fail(Errc::internal, "cannot write PEM: {}", openssl_error());
  char* data = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &data);
  return std::string(data, static_cast<std::size_t>(length));
}

Result<Request> parse_request(std::string_view text) {
  Request request(PEM_read_bio_X509_REQ(memory_bio(text).get(), nullptr, no_pass_phrase, nullptr));
  if (!request) return fail(Errc::invalid_argument, "no certificate request: {}", openssl_error());
  return request;
}

std::string pin_of_key(X509_PUBKEY* key) {
  unsigned char* der = nullptr;
  const int length = i2d_X509_PUBKEY(key, &der);
  const std::string pin =
      sha256({reinterpret_cast<char*>(der), static_cast<std::size_t>(std::max(length, 0))});
  OPENSSL_free(der);
  return pin;
}

bool add_name(X509_NAME* name, const char* field, std::string_view text) {
  return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(text.data()),
                                    static_cast<int>(text.size()), -1, 0) == 1;
}

std::string name_field(X509_NAME* name, int field) {
  const int at = X509_NAME_get_index_by_NID(name, field, -1);
  if (at < 0) return {};
  unsigned char* utf8 = nullptr;
  const int length =
      ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
  if (length < 0) return {};
  std::string text(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(length));
  OPENSSL_free(utf8);
  return text;
}

// The host names and addresses in a server's certificate.
std::vector<std::string> hosts_of(const X509* certificate) {
  const AlternativeNames names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  std::vector<std::string> hosts;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_DNS && name->type != GEN_IPADD) continue;
    const ASN1_STRING* value = name->type == GEN_DNS ? name->d.dNSName : name->d.iPAddress;
    const unsigned char* bytes = ASN1_STRING_get0_data(value);
    const int length = ASN1_STRING_length(value);
    char text[INET6_ADDRSTRLEN] = "";
    if (name->type == GEN_DNS) {
      hosts.emplace_back(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    } else if (length == 4 || length == 16) {
      hosts.emplace_back(inet_ntop(length == 4 ? AF_INET : AF_INET6, bytes, text, sizeof text));
    }
  }
  return hosts;
}

Time to_time(const ASN1_TIME* asn1) {
  std::tm tm{};
  if (ASN1_TIME_to_tm(asn1, &tm) != 1) return {};
  return {static_cast<std::int64_t>(timegm(&tm))};
}

bool add_extension(X509* certificate, X509* issuer, int kind, const std::string& text) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, text.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_serial(X509* certificate) {
  std::string bytes = random_bytes(serial_bytes);
  bytes[0] = static_cast<char>((static_cast<unsigned char>(bytes[0]) & 0x7f) |
                               0x40);  // positive, of full length
  const Bignum number(
      BN_bin2bn(reinterpret_cast<unsigned char*>(bytes.data()), serial_bytes, nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_dates(X509* certificate, Time from, Time until) {
  return ASN1_TIME_set(X509_getm_notBefore(certificate), from.seconds) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), until.seconds) != nullptr;
}

std::int64_t seconds(std::chrono::hours hours) { return std::chrono::seconds(hours).count(); }

// Fills the fields common to the CA's and its holders' certificates.
bool fill(X509* certificate, EVP_PKEY* key, Time now, std::chrono::hours lifetime) {
  return X509_set_version(certificate, X509_VERSION_3) == 1 && set_serial(certificate) &&
         set_dates(certificate, {now.seconds - seconds(certificate_backdated)},
                   {now.seconds + seconds(lifetime)}) &&
         X509_set_pubkey(certificate, key) == 1;
}

// "DNS:db1.example,IP:10.0.0.1", in OpenSSL's configuration syntax, which cannot express a host
// with a comma or a control byte: such hosts are left out.
std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string names;
  for (const std::string& host : hosts) {
    if (host.empty() || host.find_first_of(",\n\r:;=") != std::string::npos) {
      in6_addr v6;
      if (inet_pton(AF_INET6, host.c_str(), &v6) != 1) continue;
    }
    in_addr v4;
    const bool address =
        inet_pton(AF_INET, host.c_str(), &v4) == 1 || host.find(':') != std::string::npos;
    names += fmt::format("{}{}:{}", names.empty() ? "" : ",", address ? "IP" : "DNS", host);
  }
  return names;
}

}  // namespace

Result<std::string> make_key() {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!key) return fail(Errc::internal, "cannot make a key: {}", openssl_error());
  const auto write = [](BIO* bio, EVP_PKEY* k) {
    return PEM_write_bio_PKCS8PrivateKey(bio, k, nullptr, nullptr, 0, nullptr, nullptr);
  };
  return to_pem(write, key.get());
}

Result<std::string> make_ca(std::string_view key_text, std::string_view name, Time now) {
  const auto key = parse_key(key_text);
  if (!key) return fail(key.error());
  const Certificate ca(X509_new());
  X509_NAME* subject = X509_get_subject_name(ca.get());
  if (!fill(ca.get(), key->get(), now, ca_lifetime) ||
      !add_name(subject, "CN", fmt::format("mega CA {}", name)) ||
      X509_set_issuer_name(ca.get(), subject) != 1 ||
      !add_extension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(ca.get(), ca.get(), NID_subject_key_identifier, "hash") ||
      X509_sign(ca.get(), key->get(), nullptr) == 0) {
    return fail(Errc::invalid_argument, "cannot make a CA named {}: {}", name, openssl_error());
  }
  return to_pem(PEM_write_bio_X509, ca.get());
}

Result<std::string> make_request(std::string_view key_text, std::string_view name) {
  const auto key = parse_key(key_text);
  if (!key) return fail(key.error());
  const Request request(X509_REQ_new());
  if (!add_name(X509_REQ_get_subject_name(request.get()), "CN", name) ||
      X509_REQ_set_pubkey(request.get(), key->get()) != 1 ||
      X509_REQ_sign(request.get(), key->get(), nullptr) == 0) {
    return fail(Errc::invalid_argument, "cannot make a request for {}: {}", name, openssl_error());
  }
  return to_pem(PEM_write_bio_X509_REQ, request.get());
}

Result<std::string> issue(std::string_view ca_text, std::string_view ca_key_text,
                          std::string_view request_text, const Grant& grant) {
  const auto ca = parse_certificate(ca_text);
  if (!ca) return fail(ca.error());
  const auto ca_key = parse_key(ca_key_text);
  if (!ca_key) return fail(ca_key.error());
  const auto request = parse_request(request_text);
  if (!request) return fail(request.error());
  EVP_PKEY* holder = X509_REQ_get0_pubkey(request->get());
  if (!holder || EVP_PKEY_get_id(holder) != EVP_PKEY_ED25519) {
    return fail(Errc::invalid_argument, "the request's key is not Ed25519");
  }
  if (X509_REQ_verify(request->get(), holder) != 1) {
    return fail(Errc::invalid_argument, "the request is not signed by the key that it names: {}",
                openssl_error());
  }
  const std::string site = site_of(pin_of_key(X509_get_X509_PUBKEY(ca->get())));
  const Certificate made(X509_new());
  X509_NAME* subject = X509_get_subject_name(made.get());
  const bool serves = grant.role == "server";
  const std::string names = alternative_names(grant.hosts);
  if (!fill(made.get(), holder, grant.now, grant.lifetime) || !add_name(subject, "O", site) ||
      !add_name(subject, "OU", grant.role) || !add_name(subject, "CN", grant.name) ||
      X509_set_issuer_name(made.get(), X509_get_subject_name(ca->get())) != 1 ||
      !add_extension(made.get(), ca->get(), NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(made.get(), ca->get(), NID_key_usage, "critical,digitalSignature") ||
      !add_extension(made.get(), ca->get(), NID_subject_key_identifier, "hash") ||
      !add_extension(made.get(), ca->get(), NID_authority_key_identifier, "keyid") ||
      !add_extension(made.get(), ca->get(), NID_ext_key_usage,
                     serves ? "serverAuth,clientAuth" : "clientAuth") ||
      (!names.empty() && !add_extension(made.get(), ca->get(), NID_subject_alt_name, names)) ||
      X509_sign(made.get(), ca_key->get(), nullptr) == 0) {
    return fail(Errc::invalid_argument, "cannot issue a certificate for {}: {}", grant.name,
                openssl_error());
  }
  return to_pem(PEM_write_bio_X509, made.get());
}

Identity identity_of(const X509* certificate) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const Bignum serial(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr));
  std::string serial_text(static_cast<std::size_t>(serial ? BN_num_bytes(serial.get()) : 0), '\0');
  if (serial) BN_bn2bin(serial.get(), reinterpret_cast<unsigned char*>(serial_text.data()));
  return Identity{.name = name_field(subject, NID_commonName),
                  .role = name_field(subject, NID_organizationalUnitName),
                  .site = name_field(subject, NID_organizationName),
                  .serial = to_hex(serial_text),
                  .key_pin = pin_of_key(X509_get_X509_PUBKEY(certificate)),
                  .from = to_time(X509_get0_notBefore(certificate)),
                  .until = to_time(X509_get0_notAfter(certificate)),
                  .hosts = hosts_of(certificate)};
}

Result<Identity> read_certificate(std::string_view text) {
  const auto certificate = parse_certificate(text);
  if (!certificate) return fail(certificate.error());
  return identity_of(certificate->get());
}

Result<std::string> pin_of(std::string_view text) {
  const auto certificate = parse_certificate(text);
  if (!certificate) return fail(certificate.error());
  return pin_of_key(X509_get_X509_PUBKEY(certificate->get()));
}

Result<std::string> pin_of_request(std::string_view text) {
  const auto request = parse_request(text);
  if (!request) return fail(request.error());
  return pin_of_key(X509_REQ_get_X509_PUBKEY(request->get()));
}

Result<void> check_issuer(std::string_view ca_text, std::string_view text) {
  const auto ca = parse_certificate(ca_text);
  if (!ca) return fail(ca.error());
  const auto certificate = parse_certificate(text);
  if (!certificate) return fail(certificate.error());
  if (X509_verify(certificate->get(), X509_get0_pubkey(ca->get())) == 1) return {};
  return fail(Errc::not_allowed, "the certificate is not by this CA: {}", openssl_error());
}

std::string site_of(std::string_view pin) { return to_hex(pin.substr(0, 16)); }

Result<void> check_dates(const Identity& identity, Time now) {
  const std::int64_t tolerance = seconds(clock_tolerance);
  if (now.seconds < identity.from.seconds - tolerance) {
    return fail(Errc::not_allowed,
                "the certificate of {} counts from {} and the clock here says {}: one of the two "
                "clocks is wrong",
                identity.name, format_iso(identity.from), format_iso(now));
  }
  if (now.seconds > identity.until.seconds + tolerance) {
    return fail(Errc::not_allowed,
                "the certificate of {} ended {} and the clock here says {}: join again with a new "
                "token, unless this clock is wrong",
                identity.name, format_iso(identity.until), format_iso(now));
  }
  return {};
}

bool is_due_for_renewal(const Identity& identity, Time now) {
  const std::int64_t lifetime = identity.until.seconds - identity.from.seconds;
  return now.seconds >= identity.from.seconds + lifetime / 3 * 2;
}

}  // namespace mega
