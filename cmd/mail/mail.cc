// mega mail --to ADDRESS... [--cc] [--bcc] --subject TEXT [--html] [--attach FILE]... [BODY | -]
// mega mail --check [--to ADDRESS...]
// mega mail --list [--all] | --retry ID | --drop ID
//
// Sends a message over a relay, for scripts and cron. Exit codes: 0 accepted for all, 3 for some, 1
// refused for all, 4 no relay accepts mail now, 6 the login is refused, 8 the outcome is unknown.
#include "base/text.h"
#include "cmd/command.h"
#include "cmd/mail/mail_check.h"
#include "cmd/mail/mail_draft.h"
#include "cmd/mail/mail_queue.h"
#include "cmd/mail/mail_verdict.h"
#include "cmd/output.h"
#include "cmd/server_flags.h"
#include "cmd/setting_flags.h"
#include "mail/server/deliver.h"

#include <algorithm>
#include <memory>

namespace mega {
namespace {

struct MailFlags {
  FlaggedSettings settings;
  ServerFlags server;
  FormatFlag format;
  DraftFlags draft;
  std::vector<std::int64_t> retry, drop;
  bool unless_empty = false, dry_run = false, check = false, dsn = false;
  bool queue = false, no_queue = false, list = false, all = false;

  bool about_queue() const { return list || !retry.empty() || !drop.empty(); }
};

MailEnvelope envelope_of(const Message& message, const Composed& composed, bool dsn) {
  return {.sender = message.from.address,
          .recipients = recipients_of(message),
          .bytes = composed.bytes,
          .utf8 = composed.utf8,
          .wants_dsn = dsn};
}

Result<void> print_message(const Message& message, const Composed& composed) {
  for (const std::string& recipient : recipients_of(message)) {
    print_note("for " + recipient);
  }
  ComposedSource source(composed);
  for (;;) {
    const auto chunk = source.next();
    if (!chunk) return fail(chunk.error());
    if (chunk->empty()) return {};
    std::string lines(*chunk);
    std::erase(lines, '\r');
    if (auto printed = write_output(lines); !printed) return printed;
  }
}

Result<void> queue(const MailFlags& flags, const Settings& settings, const Message& message) {
  auto keeper = find_mail_keeper(flags.server, settings);
  if (!keeper) return fail(keeper.error());
  const auto where = leave_in_queue(*keeper, message);
  if (!where) return fail(where.error());
  if (is_terminal(stderr)) print_note(*where);
  return {};
}

// The queue that has the message, or the error of queueing; nullopt: --no-queue, or no queue found.
std::optional<Result<std::string>> leave_to_keeper(const MailFlags& flags, const Settings& settings,
                                                   const Message& message) {
  if (flags.no_queue) return std::nullopt;
  auto keeper = find_mail_keeper(flags.server, settings);
  if (!keeper) return std::nullopt;
  return leave_in_queue(*keeper, message);
}

// For an error after which no relay has the message. The resulting error also says whether the
// message was queued.
Result<void> queue_after(const Error& why, const MailFlags& flags, const Settings& settings,
                         const Message& message) {
  const auto where = leave_to_keeper(flags, settings, message);
  if (!where) return fail(why);
  if (!*where) return fail(why.code, "{}; not queued: {}", why.message, where->error().message);
  return fail(why.code, "{}; queued: {}", why.message, **where);
}

// Queues the message for the deferred recipients only.
Result<void> conclude(const std::vector<Fate>& fates, const MailFlags& flags,
                      const Settings& settings, Message message) {
  message.only = put_off(fates);
  if (message.only.empty()) return verdict_on(fates, std::nullopt);
  return verdict_on(fates, leave_to_keeper(flags, settings, message));
}

Result<void> manage_queue(const MailFlags& flags, const Settings& settings) {
  const auto format = flags.format.format(Format::table);
  if (!format) return fail(format.error());
  const auto keeper = find_mail_keeper(flags.server, settings);
  if (!keeper) return fail(keeper.error());
  Asker& asker = *keeper->asker;
  if (auto done = change_queue(asker, "retry_mail", flags.retry); !done) return done;
  if (auto done = change_queue(asker, "drop_mail", flags.drop); !done) return done;
  return flags.list ? print_queue(asker, flags.all, *format) : Result<void>();
}

bool is_blank(const std::optional<std::string>& text) { return !text || trim(*text).empty(); }

Result<void> send(const MailFlags& flags, const Settings& settings, const SmtpOptions& options) {
  const auto message = read_draft(flags.draft, options.from);
  if (!message) return fail(message.error());
  const auto composed = compose(*message);
  if (!composed) return fail(composed.error());
  if (flags.unless_empty && is_blank(message->text) && is_blank(message->html)) return {};
  if (flags.dry_run) return print_message(*message, *composed);
  if (flags.queue) return queue(flags, settings, *message);

  ComposedSource source(*composed);
  const auto fates = deliver(options, envelope_of(*message, *composed, flags.dsn), source,
                             [](const Error& why) { print_warning(why.message); });
  if (fates) return conclude(*fates, flags, settings, *message);
  if (fates.error().code != Errc::unavailable) return fail(fates.error());
  return queue_after(fates.error(), flags, settings, *message);
}

Result<void> check(const MailFlags& flags, const SmtpOptions& options) {
  DraftFlags draft = flags.draft;
  draft.body = "nothing is sent";
  const auto message = read_draft(draft, options.from);
  if (!message) return fail(message.error());
  return check_relays(options,
                      {.sender = message->from.address, .recipients = recipients_of(*message)});
}

Result<void> mail(const MailFlags& flags) {
  const auto settings = flags.settings.load();
  if (!settings) return fail(settings.error());
  if (flags.about_queue()) return manage_queue(flags, *settings);
  const auto options = read_smtp_options(*settings);
  if (!options) return fail(options.error());
  return flags.check ? check(flags, *options) : send(flags, *settings, *options);
}

const Registered<Command> command{{
    .name = "mail",
    .summary = "Send a message",
    .example = "backup.sh 2>&1 | mega mail --to dba@example.org --subject \"backup $(hostname)\" "
               "--unless-empty\n"
               "mega mail --to a@example.org --to b@example.org --subject report --attach "
               "report.pdf 'See the file.'\n"
               "mega mail --check --to dba@example.org\n"
               "mega mail --list",
    .setup = [](ArgumentParser& parser) -> Run {
      auto flags = std::make_shared<MailFlags>();
      declare_draft(parser, flags->draft);
      parser.add_flag("--unless-empty", flags->unless_empty,
                      "Send nothing when there is no body, or blanks only");
      parser.add_flag("--dry-run", flags->dry_run, "Print the message and send nothing");
      const Option dsn = parser.add_flag(
          "--dsn", flags->dsn, "Have the relay report delivery, where it can; the queue does not");
      parser.add_flag("--check", flags->check,
                      "Talk to the relays step by step and send nothing; asks for --to, if given");
      const Option to_queue =
          parser
              .add_flag("--queue", flags->queue,
                        "Leave it to the server's queue, or to the daemon of this host "
                        "until a server has it")
              .excludes(dsn);
      parser
          .add_flag("--no-queue", flags->no_queue,
                    "When no relay takes it now: leave it to nobody else")
          .excludes(to_queue);
      parser.add_flag("--list", flags->list, "List the mail that waits");
      parser.add_flag("--all", flags->all, "With --list: what has ended, too");
      parser.add_option("--retry", flags->retry, "Send that mail of the queue again")
          .type_name("ID")
          .one_value_each();
      parser.add_option("--drop", flags->drop, "Send that mail of the queue no more")
          .type_name("ID")
          .one_value_each();
      flags->format.declare(parser);
      flags->server.declare(parser);
      flags->settings.declare_of(parser, "mail");
      return [flags] { return mail(*flags); };
    },
    .detail =
        "Where mail goes is set by smtp.relays and the other settings smtp.*; the password stands "
        "in the file that smtp.password_file names, never on the command line. Unless smtp.tls "
        "says otherwise a relay must offer STARTTLS and show a certificate that this host trusts.\n"
        "With --queue the server's relays are used: the message is on its disk when the command "
        "ends, and is sent until a relay has accepted it. On a host with a daemon the daemon keeps "
        "it on its disk until a server has it; --list, --retry and --drop are then about the mail "
        "that waits there, unless --server names a server.\n"
        "When no relay is reached, or none takes it now for some of the recipients (an answer "
        "4xx), "
        "the message is left to them as well, for those recipients, where there is one; the "
        "command "
        "says `queued` and ends with 4. With --no-queue nobody else sends it later.\n"
        "Exit codes: 0 accepted for all recipients, or queued with --queue; 1 refused for all; 3 "
        "refused for some, or accepted for some and nobody sends it to the rest; 4 no relay is "
        "reached, or none takes it now; 6 the login is refused; 8 the relay did not say whether it "
        "has the message.",
}};

}  // namespace
}  // namespace mega
