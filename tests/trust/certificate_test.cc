#include "trust/certificate.h"

#include "trust/crypto.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <memory>

namespace mega {
namespace {

constexpr Time now{1'800'000'000};

struct Site {
  std::string key = make_key().value();
  std::string certificate = make_ca(key, "test", now).value();
};

X509* from_pem(const std::string& text) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free);
  return PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr);
}

// OpenSSL's own verdict on a chain at a time: X509_V_OK or the reason.
int verify(const std::string& ca, const std::string& certificate, Time at) {
  const std::unique_ptr<X509, decltype(&X509_free)> root(from_pem(ca), X509_free);
  const std::unique_ptr<X509, decltype(&X509_free)> leaf(from_pem(certificate), X509_free);
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(),
                                                                      X509_STORE_free);
  X509_STORE_add_cert(store.get(), root.get());
  const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(
      X509_STORE_CTX_new(), X509_STORE_CTX_free);
  X509_STORE_CTX_init(context.get(), store.get(), leaf.get(), nullptr);
  X509_VERIFY_PARAM_set_time(X509_STORE_CTX_get0_param(context.get()), at.seconds);
  X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context.get()), X509_V_FLAG_X509_STRICT);
  return X509_verify_cert(context.get()) == 1 ? X509_V_OK : X509_STORE_CTX_get_error(context.get());
}

TEST(Certificate, OfTheCaIsAcceptedByOpenSsl) {
  const Site site;
  const std::string key = make_key().value();
  const auto issued = issue(site.certificate, site.key, make_request(key, "asked").value(),
                            {.name = "db01", .role = "agent", .now = now});
  ASSERT_TRUE(issued) << issued.error().message;
  EXPECT_EQ(verify(site.certificate, *issued, now), X509_V_OK);
  EXPECT_EQ(verify(site.certificate, *issued, {now.seconds - 3 * 3600}),
            X509_V_ERR_CERT_NOT_YET_VALID);
  EXPECT_EQ(verify(site.certificate, *issued, {now.seconds + 91 * 86400}),
            X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_NE(verify(Site().certificate, *issued, now), X509_V_OK);
}

TEST(Certificate, SaysWhatTheGrantSaidAndNotWhatWasAsked) {
  const Site site;
  const std::string key = make_key().value();
  const std::string request = make_request(key, "i-am-the-server").value();
  const auto issued = issue(site.certificate, site.key, request,
                            {.name = "数据库-1", .role = "reader", .now = now});
  ASSERT_TRUE(issued) << issued.error().message;
  const auto identity = read_certificate(*issued);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->name, "数据库-1");
  EXPECT_EQ(identity->role, "reader");
  EXPECT_EQ(identity->site, site_of(pin_of(site.certificate).value()));
  EXPECT_EQ(identity->serial.size(), 32u);
  EXPECT_EQ(identity->from.seconds, now.seconds - 7200);
  EXPECT_EQ(identity->until.seconds, now.seconds + 90 * 86400);
  EXPECT_EQ(identity->key_pin, pin_of_request(request).value());
}

TEST(Certificate, OfAServerHasTheNamesOfItsHost) {
  const Site site;
  const auto issued =
      issue(site.certificate, site.key, make_request(make_key().value(), "s").value(),
            {.name = "s",
             .role = "server",
             .now = now,
             .hosts = {"mega.example", "10.0.0.1", "::1", "evil,DNS:bank.example"}});
  ASSERT_TRUE(issued) << issued.error().message;
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(from_pem(*issued), X509_free);
  EXPECT_EQ(X509_check_host(certificate.get(), "mega.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "10.0.0.1", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(certificate.get(), "::1", 0), 1);
  EXPECT_EQ(X509_check_host(certificate.get(), "bank.example", 0, 0, nullptr), 0);
}

TEST(Certificate, TellsForWhichHostsItIs) {
  const Site site;
  const auto issued = issue(
      site.certificate, site.key, make_request(make_key().value(), "s").value(),
      {.name = "s", .role = "server", .now = now, .hosts = {"mega.example", "10.0.0.1", "::1"}});
  ASSERT_TRUE(issued) << issued.error().message;
  const auto identity = read_certificate(*issued);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->hosts, (std::vector<std::string>{"mega.example", "10.0.0.1", "::1"}));
  EXPECT_EQ(identity->issued(), now);
}

TEST(Certificate, IsOfTheCaThatSignedItAndOfNoOther) {
  const Site site;
  const auto issued =
      issue(site.certificate, site.key, make_request(make_key().value(), "x").value(),
            {.name = "x", .role = "agent", .now = now});
  ASSERT_TRUE(issued) << issued.error().message;
  EXPECT_TRUE(check_issuer(site.certificate, *issued));
  const auto other = check_issuer(Site().certificate, *issued);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, Errc::not_allowed);
  EXPECT_FALSE(check_issuer("", *issued));
}

TEST(Certificate, IsNotIssuedForARequestThatWasChanged) {
  const Site site;
  std::string request = make_request(make_key().value(), "abc").value();
  const auto middle = request.find('\n') + 60;
  request[middle] = request[middle] == 'A' ? 'B' : 'A';
  const auto issued =
      issue(site.certificate, site.key, request, {.name = "x", .role = "agent", .now = now});
  ASSERT_FALSE(issued);
  EXPECT_EQ(issued.error().code, Errc::invalid_argument);
}

TEST(Certificate, TextThatIsNoneIsAnErrorEverywhere) {
  const Site site;
  const std::string rubbish = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_FALSE(read_certificate(rubbish));
  EXPECT_FALSE(read_certificate(""));
  EXPECT_FALSE(read_certificate(site.key));
  EXPECT_FALSE(pin_of(rubbish));
  EXPECT_FALSE(make_ca("no key", "x", now));
  EXPECT_FALSE(issue(site.certificate, site.key, site.certificate,
                     {.name = "x", .role = "agent", .now = now}));
}

TEST(CheckDates, SurvivesAnHourAndNamesBothTimes) {
  const Identity identity{.name = "db01", .from = {now.seconds}, .until = {now.seconds + 1000}};
  EXPECT_TRUE(check_dates(identity, {now.seconds - 3600}));
  EXPECT_TRUE(check_dates(identity, {now.seconds + 1000 + 3600}));
  for (const std::int64_t at : {now.seconds - 3601, now.seconds + 1000 + 3601}) {
    const auto checked = check_dates(identity, {at});
    ASSERT_FALSE(checked);
    EXPECT_EQ(checked.error().code, Errc::not_allowed);
    EXPECT_NE(checked.error().message.find(format_iso({at})), std::string::npos)
        << checked.error().message;
  }
}

TEST(Renewal, IsDueAfterTwoThirdsOfTheLifetime) {
  const Identity identity{.from = {0}, .until = {300}};
  EXPECT_FALSE(is_due_for_renewal(identity, {199}));
  EXPECT_TRUE(is_due_for_renewal(identity, {200}));
}

}  // namespace
}  // namespace mega
