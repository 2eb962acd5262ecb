#include "alerts/server/alerts.h"

#include "alerts/format/report.h"
#include "base/log.h"
#include "base/text.h"

namespace mega {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Logger logger{"alert"};

const Setting<std::vector<std::string>> to{"alert.to",
                                           {},
                                           "[KIND[/LEVEL]=]ADDRESS",
                                           "Who gets alerts and the daily report",
                                           {.flag_of = {"server"}}};
const Setting<milliseconds> repeat{
    "alert.repeat",
    seconds(3600),
    "TIME",
    "After which the same alert is sent again",
    {.min = 0, .max = 7LL * 24 * 3600 * 1000, .flag_of = {"server"}}};
const Setting<std::int64_t> rate{"alert.rate",
                                 10,
                                 "NUMBER",
                                 "Alerts of one kind in an hour, at most",
                                 {.min = 1, .max = 10000, .flag_of = {"server"}}};
const Setting<std::string> quiet{"alert.quiet",
                                 "",
                                 "HH:MM-HH:MM",
                                 "Hours in which only critical alerts are sent; the rest waits",
                                 {.flag_of = {"server"}}};

}  // namespace

Result<AlertOptions> read_alert_options(const Settings& settings) {
  AlertOptions options{.repeat = std::chrono::ceil<seconds>(settings[repeat]),
                       .rate = settings[rate]};
  for (const std::string& text : settings[to]) {
    auto recipient = parse_alert_recipient(text);
    if (!recipient) return fail(Errc::invalid_argument, "alert.to: {}", recipient.error().message);
    options.to.push_back(*std::move(recipient));
  }
  const auto hours = parse_quiet_hours(settings[quiet]);
  if (!hours) return fail(Errc::invalid_argument, "alert.quiet: {}", hours.error().message);
  options.quiet = *hours;
  return options;
}

Result<bool> Alerts::is_held_back(const Notice& notice) const {
  const Time now = clock_.now();
  const auto same =
      store_.count_mail(notice.kind, notice.topic, {now.seconds - options_.repeat.count() + 1});
  if (!same) return fail(same.error());
  if (*same > 0) return true;
  const auto kind = store_.count_mail(notice.kind, "", {now.seconds - 3600});
  if (!kind) return fail(kind.error());
  return *kind >= options_.rate;
}

Message Alerts::message_of(const Notice& notice, std::vector<MailAddress> recipients) const {
  MailReport report{.title = notice.subject, .intro = notice.text};
  const auto held = held_back_.find(notice.kind);
  if (held != held_back_.end() && held->second > 0) {
    report.intro += fmt::format("\n{} alerts of this kind were held back before.", held->second);
  }
  if (!notice.command.empty()) {
    report.sections.push_back({.title = "Look closer", .items = {{.command = notice.command}}});
  }
  return {.to = std::move(recipients),
          .subject = fmt::format("[mega {}] {}", name_of(notice.level), notice.subject),
          .text = report_text(report),
          .html = report_html(report),
          .priority = notice.level == NoticeLevel::critical ? 1 : priority_normal};
}

void Alerts::raise(const Notice& notice) const {
  auto who = recipients(notice.kind, notice.level);
  if (who.empty()) return;
  const std::lock_guard lock(mutex_);
  const auto held_back = is_held_back(notice);
  if (held_back && *held_back) {
    ++held_back_[notice.kind];
    logger.info("kind={} topic={} held back", notice.kind, quoted(notice.topic));
    return;
  }
  const bool at_once = notice.level == NoticeLevel::critical;
  const Author author{.who = "mega", .door = "server", .function = "alert"};
  const auto id =
      outbox_.post(author, message_of(notice, std::move(who)),
                   {.kind = notice.kind,
                    .topic = notice.topic,
                    .once = notice.once,
                    .due = at_once ? clock_.now() : after_quiet(clock_.now(), options_.quiet)});
  if (!id && id.error().code == Errc::already_exists) return;
  if (!id) {
    logger.error("kind={} topic={} not sent: {}", notice.kind, quoted(notice.topic),
                 id.error().message);
    return;
  }
  held_back_[notice.kind] = 0;
}

}  // namespace mega
