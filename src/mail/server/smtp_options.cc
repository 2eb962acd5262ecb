#include "mail/server/smtp_options.h"

#include "base/byte_order_mark.h"
#include "base/file.h"
#include "base/host.h"
#include "base/text.h"
#include "mail/format/idna.h"
#include "net/endpoint.h"
#include "net/socket_address.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const SettingRules some_time{.min = 1, .max = 24LL * 3600 * 1000, .flag_of = {"server", "mail"}};

const Setting<std::vector<std::string>> relays{"smtp.relays",
                                               {},
                                               "HOST[:PORT]",
                                               "Mail servers that take our mail, tried in order",
                                               {.flag_of = {"server", "mail"}}};
const Setting<std::string> tls{
    "smtp.tls",
    "starttls",
    "MODE",
    "starttls (must be offered), implicit (from the first byte) or none (in the clear)",
    {.choices = {"starttls", "implicit", "none"}, .flag_of = {"server", "mail"}}};
const Setting<std::string> ca_file{"smtp.ca_file",
                                   "",
                                   "FILE",
                                   "CAs that a relay's certificate may be by; empty: the host's",
                                   {.flag_of = {"server", "mail"}}};
const Setting<std::string> user{
    "smtp.user", "", "NAME", "Login at the relay; empty: none", {.flag_of = {"server", "mail"}}};
const Setting<std::string> password{
    "smtp.password", "", "TEXT", "Its password; better in a file", {.secret = true}};
const Setting<std::string> password_file{"smtp.password_file",
                                         "",
                                         "FILE",
                                         "File that holds the password, readable by its owner only",
                                         {.flag_of = {"server", "mail"}}};
const Setting<std::string> auth{
    "smtp.auth",
    "auto",
    "METHOD",
    "auto, scram-sha-256, plain, login or xoauth2 (the password is the token)",
    {.choices = {"auto", "scram-sha-256", "plain", "login", "xoauth2"},
     .flag_of = {"server", "mail"}}};
const Setting<std::string> from{"smtp.from",
                                "",
                                "ADDRESS",
                                "Sender of mail that names none; empty: USER@HOST",
                                {.flag_of = {"server", "mail"}}};
const Setting<std::string> helo{"smtp.helo",
                                "",
                                "NAME",
                                "What this host calls itself to a relay; empty: its name",
                                {.flag_of = {"server", "mail"}}};
const Setting<milliseconds> connect_time{"smtp.connect_time", seconds(30), "TIME",
                                         "For a relay to accept a connection, and for TLS",
                                         some_time};
const Setting<milliseconds> reply_time{"smtp.reply_time", minutes(5), "TIME",
                                       "For a relay to answer a command", some_time};
const Setting<milliseconds> block_time{"smtp.block_time", minutes(3), "TIME",
                                       "For a relay to take a part of a message", some_time};
const Setting<milliseconds> finish_time{"smtp.finish_time", minutes(10), "TIME",
                                        "For a relay to say that it has a message", some_time};

constexpr std::size_t password_bytes_max = 16 << 10;  // tokens of XOAUTH2 are long

SmtpTls tls_from(const std::string& text) {
  if (text == "implicit") return SmtpTls::implicit;
  return text == "none" ? SmtpTls::none : SmtpTls::starttls;
}

std::uint16_t usual_port(SmtpTls mode) {
  switch (mode) {
    case SmtpTls::starttls:
      return 587;
    case SmtpTls::implicit:
      return 465;
    case SmtpTls::none:
      return 25;
  }
  return 25;
}

Result<std::string> read_password(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0) return fail(system_error("read", path, errno));
  if ((facts.st_mode & 077) != 0) {
    return fail(Errc::not_allowed,
                "smtp.password_file: {} may be read by others (mode {:04o}): chmod 600 {}", path,
                facts.st_mode & 07777, path);
  }
  auto text = read_file(path, password_bytes_max);
  if (!text) return text;
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  return std::string(without_byte_order_mark(*text));
}

Result<std::optional<SmtpUser>> read_user(const Settings& settings) {
  if (settings[user].empty()) return std::nullopt;
  SmtpUser who{.name = settings[user], .password = settings[password]};
  if (!settings[password_file].empty()) {
    auto text = read_password(settings[password_file]);
    if (!text) return fail(text.error());
    who.password = *std::move(text);
  }
  if (who.password.empty()) {
    return fail(Errc::invalid_argument,
                "smtp.user is set and its password is not: write it into a file that "
                "smtp.password_file names");
  }
  return who;
}

std::string own_name() {
  const auto name = host_name();
  return name && check_mailbox("x@" + *name) ? *name : "localhost";
}

Result<MailAddress> read_from(const Settings& settings) {
  if (!settings[from].empty()) {
    auto address = parse_mail_address(settings[from]);
    if (!address) return fail(Errc::invalid_argument, "smtp.from: {}", address.error().message);
    return address;
  }
  const passwd* entry = ::getpwuid(::geteuid());
  const std::string who = entry ? std::string(entry->pw_name) : fmt::format("uid{}", ::geteuid());
  return MailAddress{.name = "", .address = fmt::format("{}@{}", who, own_name())};
}

Result<std::string> read_helo(const Settings& settings) {
  const std::string name = settings[helo].empty() ? own_name() : settings[helo];
  if (!check_mailbox("x@" + name) || needs_smtputf8(name)) {
    return fail(Errc::invalid_argument, "smtp.helo: {} is no name of a host", quoted(name));
  }
  return name;
}

}  // namespace

Result<MailRelay> parse_relay(std::string_view text, SmtpTls mode) {
  const auto ascii = ascii_domain(text);  // a port and brackets stay as they are
  const auto endpoint =
      ascii ? parse_public_address(*ascii, usual_port(mode)) : fail(ascii.error());
  if (!endpoint) {
    return fail(Errc::invalid_argument, "smtp.relays: {} is no HOST[:PORT]", quoted(text));
  }
  return MailRelay{.host = endpoint->host, .port = endpoint->port};
}

std::string to_text(const MailRelay& relay) { return host_and_port(relay.host, relay.port); }

Result<SmtpOptions> read_smtp_options(const Settings& settings) {
  SmtpOptions options;
  options.tls = tls_from(settings[tls]);
  for (const std::string& text : settings[relays]) {
    auto relay = parse_relay(text, options.tls);
    if (!relay) return fail(relay.error());
    options.relays.push_back(*std::move(relay));
  }
  options.ca_file = settings[ca_file];
  auto who = read_user(settings);
  if (!who) return fail(who.error());
  options.user = *std::move(who);
  options.auth = settings[auth];
  auto name = read_helo(settings);
  if (!name) return fail(name.error());
  options.helo = *std::move(name);
  options.limits = {.connect = settings[connect_time],
                    .reply = settings[reply_time],
                    .block = settings[block_time],
                    .finish = settings[finish_time]};
  auto sender = read_from(settings);
  if (!sender) return fail(sender.error());
  options.from = *std::move(sender);
  return options;
}

Result<std::string> find_ca_bundle() {
  for (const char* path :
       {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
        "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem",
        "/usr/local/share/certs/ca-root-nss.crt"}) {
    if (::access(path, R_OK) == 0) return std::string(path);
  }
  return fail(Errc::not_found,
              "this host has no CA certificates where they usually are: install ca-certificates, "
              "or set smtp.ca_file");
}

}  // namespace mega
