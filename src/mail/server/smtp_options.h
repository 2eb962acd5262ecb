// SmtpOptions: the settings smtp.*, checked.
#pragma once

#include "base/result.h"
#include "base/settings.h"
#include "mail/format/address.h"
#include "mail/format/smtp_login.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mega {

struct MailRelay {
  std::string host;
  std::uint16_t port = 0;
};

enum class SmtpTls {
  starttls,  // starts in the clear; the relay must offer STARTTLS
  implicit,  // TLS from the first byte
  none,
};

// Time-outs (RFC 5321, section 4.5.3.2).
struct SmtpLimits {
  std::chrono::milliseconds connect = std::chrono::seconds(30);
  std::chrono::milliseconds reply = std::chrono::minutes(5);    // for a greeting or reply
  std::chrono::milliseconds block = std::chrono::minutes(3);    // for sending a part of the message
  std::chrono::milliseconds finish = std::chrono::minutes(10);  // for the final reply to a message
};

struct SmtpOptions {
  std::vector<MailRelay> relays;  // tried in this order
  SmtpTls tls = SmtpTls::starttls;
  std::string ca_file;           // empty: the host's CAs
  std::optional<SmtpUser> user;  // nullopt: no login
  std::string auth = "auto";     // see choose_login()
  std::string helo;              // name of this host for EHLO
  SmtpLimits limits;
  MailAddress from;  // of messages without a sender
};

// Errors: invalid_argument, each naming the setting; those of reading the password file;
// not_allowed when other users may read that file. An empty list of relays is no error here.
Result<SmtpOptions> read_smtp_options(const Settings& settings);

// "mail.example.org", "10.0.0.7:25", "[::1]:587". Without a port: 587 for starttls, 465 for
// implicit, 25 for none. Errors: invalid_argument.
Result<MailRelay> parse_relay(std::string_view text, SmtpTls tls);

std::string to_text(const MailRelay& relay);

// The path of the host's bundle of public CAs; searches the usual places of
// distributions. Errors: not_found.
Result<std::string> find_ca_bundle();

}  // namespace mega
