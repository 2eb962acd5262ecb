#include "mail/server/smtp_session.h"

#include "base/text.h"
#include "mail/format/smtp_envelope.h"
#include "trust/crypto.h"

#include <algorithm>
#include <utility>

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds goodbye_wait = seconds(2);
constexpr std::size_t nonce_bytes = 18;

// Whether the relay has said that it closes the connection (RFC 5321, section 3.8).
bool says_goodbye(const std::vector<SmtpReply>& replies) {
  return !replies.empty() && replies.back().code == 421;
}

// The fates when an error ends the session: the error alone when the relay has decided about no
// recipient, else the decided fates, and `later` or `unknown` for the rest.
Result<std::vector<Fate>> after_break(std::vector<Fate> fates, const Error& error) {
  const bool unknown = error.code == Errc::timed_out;
  const bool by_relay = unknown || error.code == Errc::unavailable;
  const bool decided = std::ranges::any_of(
      fates, [](const Fate& fate) { return fate.state != Fate::State::accepted; });
  if (!by_relay || !decided) return fail(error);
  for (Fate& fate : fates) {
    if (fate.state != Fate::State::accepted) continue;
    fate.state = unknown ? Fate::State::unknown : Fate::State::later;
    fate.words = error.message;
  }
  return fates;
}

}  // namespace

SmtpSession::SmtpSession(const MailRelay& relay, const SmtpOptions& options, SmtpTrace trace,
                         SmtpConnection connection)
    : relay_(relay),
      options_(options),
      trace_(std::move(trace)),
      connection_(std::move(connection)) {}

Result<SmtpSession> SmtpSession::open(const MailRelay& relay, const SmtpOptions& options,
                                      SmtpTrace trace, int stop) {
  auto connection = SmtpConnection::open(relay, options.limits.connect, stop);
  if (!connection) return fail(connection.error());
  SmtpSession session(relay, options, std::move(trace), *std::move(connection));
  session.tell("connect", session.connection_.peer());
  if (auto begun = session.begin(); !begun) return fail(begun.error());
  return session;
}

// --- errors and simple commands ---

Error SmtpSession::at(std::string_view step, const Error& error) const {
  return {error.code, fmt::format("{}: {}: {}", to_text(relay_), step, error.message)};
}

Failure SmtpSession::refused(std::string_view step, const SmtpReply& reply) {
  quit();
  return fail(at(step, {Errc::unavailable, fmt::format("it answers {}", reply.text())}));
}

void SmtpSession::tell(std::string_view step, std::string_view what) const {
  if (trace_) trace_(step, what);
}

Result<SmtpReply> SmtpSession::ask(std::string_view step, std::string_view command) {
  connection_.send(std::string(command) + "\r\n", options_.limits.reply);
  auto reply = connection_.receive(options_.limits.reply);
  if (!reply) return fail(at(step, reply.error()));
  return reply;
}

// Makes the relay forget the sender and the recipients.
void SmtpSession::reset() {
  if (auto reply = ask("reset", "RSET"); !reply) connection_.close();
}

void SmtpSession::quit() {
  if (!connection_.is_open()) return;
  if (connection_.send("QUIT\r\n", goodbye_wait)) (void)connection_.receive(goodbye_wait);
  connection_.close();
}

// --- opening the session ---

Result<void> SmtpSession::begin() {
  if (options_.tls == SmtpTls::implicit) {
    if (auto secured = secure(); !secured) return secured;
  }
  if (auto greeted = greet(); !greeted) return greeted;
  if (auto met = hello(); !met) return met;
  if (options_.tls == SmtpTls::starttls) {
    if (auto secured = start_tls(); !secured) return secured;
  }
  return options_.user ? log_in() : Result<void>();
}

Result<void> SmtpSession::greet() {
  const auto greeting = connection_.receive(options_.limits.reply);
  if (!greeting) return fail(at("greeting", greeting.error()));
  if (!greeting->done()) return refused("greeting", *greeting);
  tell("greeting", greeting->text());
  return {};
}

Result<void> SmtpSession::secure() {
  const auto ca_file = options_.ca_file.empty() ? find_ca_bundle() : options_.ca_file;
  if (!ca_file) return fail(at("TLS", ca_file.error()));
  const auto context = TlsContext::of_public_host(relay_.host, *ca_file);
  if (!context) return fail(at("TLS", context.error()));
  if (auto secured = connection_.secure(*context, options_.limits.connect); !secured) {
    return fail(at("TLS", secured.error()));
  }
  tell("TLS", connection_.security());
  return {};
}

Result<void> SmtpSession::hello() {
  auto reply = ask("EHLO", "EHLO " + options_.helo);
  if (!reply) return fail(reply.error());
  if (reply->code >= 500 && reply->code <= 504) {
    reply = ask("HELO", "HELO " + options_.helo);  // a relay from before ESMTP (1995)
    if (!reply) return fail(reply.error());
  }
  if (!reply->done()) return refused("EHLO", *reply);
  offer_ = offer_of(*reply);
  return {};
}

Result<void> SmtpSession::start_tls() {
  if (!offer_.starttls) {
    quit();
    return fail(at("TLS", {Errc::unavailable,
                           "it offers no STARTTLS; smtp.tls says implicit for relays where TLS "
                           "begins at once, none to send in the clear"}));
  }
  const auto reply = ask("TLS", "STARTTLS");
  if (!reply) return fail(reply.error());
  if (!reply->done()) return refused("TLS", *reply);
  if (auto secured = secure(); !secured) return secured;
  return hello();
}

Result<void> SmtpSession::log_in() {
  auto login = choose_login(options_.auth, offer_.auth, connection_.is_secret(), *options_.user,
                            to_hex(random_bytes(nonce_bytes)));
  if (!login) {
    quit();
    return fail(at("login", login.error()));
  }
  const auto reply = prove(**login);
  if (!reply) return fail(at("login", reply.error()));
  if (reply->later()) return refused("login", *reply);
  if (!reply->done()) {
    quit();
    return fail(at("login", {Errc::not_allowed,
                             fmt::format("it refuses {} by {}: {}", quoted(options_.user->name),
                                         (*login)->name(), reply->text())}));
  }
  if (auto finished = (*login)->finish(); !finished) return fail(at("login", finished.error()));
  tell("login", fmt::format("{} as {}", (*login)->name(), options_.user->name));
  return {};
}

// Runs the login exchange; returns the relay's final reply.
Result<SmtpReply> SmtpSession::prove(SmtpLogin& login) {
  std::string line = fmt::format("AUTH {}", login.name());
  if (const auto first = login.first()) line += " " + encode_base64(*first);
  for (;;) {
    connection_.send(line + "\r\n", options_.limits.reply);
    auto reply = connection_.receive(options_.limits.reply);
    if (!reply || !reply->go_on()) return reply;
    const std::string& challenge = reply->lines.front();
    auto answer = login.answer(decode_base64(challenge).value_or(challenge));
    if (!answer) return fail(answer.error());
    line = encode_base64(*answer);
  }
}

// --- mail ---

SmtpSession::Answers SmtpSession::ask_all(const std::vector<std::string>& commands) {
  Answers answers;
  if (offer_.pipelining) {
    std::string all;
    for (const std::string& command : commands) all += command + "\r\n";
    connection_.send(all, options_.limits.reply);
  }
  for (const std::string& command : commands) {
    if (!offer_.pipelining) connection_.send(command + "\r\n", options_.limits.reply);
    auto reply = connection_.receive(options_.limits.reply);
    if (!reply) {
      answers.broke = at("addresses", says_goodbye(answers.replies)
                                          ? Error{Errc::unavailable, answers.replies.back().text()}
                                          : reply.error());
      break;
    }
    answers.replies.push_back(*std::move(reply));
    // If the sender is refused, the recipients need not be sent.
    if (!offer_.pipelining && !answers.replies.front().done()) break;
  }
  return answers;
}

Result<std::vector<Fate>> SmtpSession::address(const MailEnvelope& envelope) {
  std::vector<Fate> fates = fates_by_offer(envelope, offer_);
  if (!any_accepted(fates)) return fates;
  std::vector<std::string> commands{mail_command(envelope, offer_)};
  std::vector<Fate*> asked;
  for (Fate& fate : fates) {
    if (fate.state != Fate::State::accepted) continue;
    commands.push_back(rcpt_command(fate.recipient, envelope, offer_));
    asked.push_back(&fate);
  }
  const Answers answers = ask_all(commands);
  const auto& replies = answers.replies;
  if (!replies.empty() && !replies.front().done()) {
    decide_all(fates, replies.front());
    for (Fate* fate : asked)
      fate->words = fmt::format("sender {}: {}", envelope.sender, fate->words);
  } else if (!replies.empty()) {
    tell("sender", fmt::format("{}: {}", envelope.sender, replies.front().text()));
    for (std::size_t i = 1; i < replies.size(); ++i) decide(*asked[i - 1], replies[i]);
  }
  if (answers.broke) return after_break(std::move(fates), *answers.broke);
  if (!any_accepted(fates)) reset();
  return fates;
}

Result<std::vector<Fate>> SmtpSession::send(const MailEnvelope& envelope, MailSource& source,
                                            const BeforeEnd& before_end) {
  auto fates = address(envelope);
  if (!fates || !any_accepted(*fates)) return fates;
  const auto ready = ask("DATA", "DATA");
  if (!ready) return after_break(*std::move(fates), ready.error());
  if (!ready->go_on()) {
    // 2xx is not a valid reply to DATA: treat it as a temporary failure.
    decide_all(*fates, ready->done() ? SmtpReply{.code = 451, .lines = {ready->text()}} : *ready);
    return fates;
  }
  const auto verdict = send_data(source, before_end);
  if (!verdict) return after_break(*std::move(fates), verdict.error());
  decide_all(*fates, *verdict);
  return fates;
}

Result<SmtpReply> SmtpSession::send_data(MailSource& source, const BeforeEnd& before_end) {
  source.rewind();
  DotStuffer stuffer;
  for (;;) {
    const auto chunk = source.next();
    if (!chunk) {
      connection_.close();
      return fail(chunk.error());
    }
    if (chunk->empty()) break;
    if (!connection_.send(stuffer.stuffed(*chunk), options_.limits.block)) return last_words();
  }
  if (before_end) {
    if (auto may_end = before_end(); !may_end) {
      connection_.close();
      return fail(may_end.error());
    }
  }
  connection_.send(stuffer.end(), options_.limits.block);
  auto verdict = connection_.receive(options_.limits.finish);
  if (verdict) return verdict;
  return fail(at("end of the message",
                 {Errc::timed_out, fmt::format("{}; whether it has taken the message is not known",
                                               verdict.error().message)}));
}

// The reply of a relay that takes no more of the message.
Result<SmtpReply> SmtpSession::last_words() {
  auto reply = connection_.receive(options_.limits.reply);
  if (!reply) return fail(at("message", reply.error()));
  connection_.close();
  if (!reply->done()) return reply;
  return fail(at("message",
                 {Errc::unavailable, fmt::format("it answers {} before the end", reply->text())}));
}

Result<std::vector<Fate>> SmtpSession::probe(const MailEnvelope& envelope) {
  auto fates = address(envelope);
  if (fates && any_accepted(*fates)) reset();
  return fates;
}

}  // namespace mega
