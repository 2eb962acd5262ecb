#include "mail/server/mailer.h"

#include "base/log.h"
#include "alerts/server/daily_report.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace mega {
namespace {

using std::chrono::seconds;

constexpr Logger logger{"mail"};

constexpr seconds report_pause{30};  // between two looks at the clock
constexpr seconds after_error{10};
constexpr seconds grace{5};

}  // namespace

Result<MailerOptions> read_mailer_options(const Settings& settings) {
  auto smtp = read_smtp_options(settings);
  if (!smtp) return fail(smtp.error());
  const auto queue = read_mail_queue_options(settings);
  if (!queue) return fail(queue.error());
  auto alert = read_alert_options(settings);
  if (!alert) return fail(alert.error());
  const auto minute = read_report_time(settings);
  if (!minute) return fail(minute.error());
  return MailerOptions{.smtp = *std::move(smtp),
                       .queue = *queue,
                       .alert = *std::move(alert),
                       .watch = read_watch_options(settings),
                       .report_minute = *minute};
}

std::vector<std::string> mailer_setting_names() {
  std::vector<std::string> all;
  for (const auto* names :
       {&smtp_setting_names(), &mail_queue_setting_names(), &alert_setting_names(),
        &watch_setting_names(), &report_setting_names()}) {
    all.insert(all.end(), names->begin(), names->end());
  }
  return all;
}

Mailer::Mailer(Store& store, const Clock& clock, MailerOptions options)
    : store_(store),
      clock_(clock),
      options_(std::move(options)),
      outbox_(store, clock,
              {.sender = options_.smtp.from,
               .has_relay = !options_.smtp.relays.empty(),
               .host_rate = options_.queue.host_rate},
              [this] { wake(); }),
      alerts_(store, clock, outbox_, options_.alert),
      watch_(store, clock, alerts_, options_.watch),
      queue_(store, clock, options_.smtp, options_.queue,
             [this](const QueuedMail& mail, const std::string& why) { tell_of_failed(mail, why); }),
      stop_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Mailer::~Mailer() {
  queue_.finish();
  {
    std::unique_lock lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
    const bool running = thread_.joinable();
    if (running && !changed_.wait_for(lock, grace, [this] { return ended_; })) {
      ::eventfd_write(stop_, 1);
    }
  }
  if (thread_.joinable()) thread_.join();
  ::close(stop_);
}

void Mailer::start() {
  if (!options_.smtp.relays.empty()) thread_ = std::thread([this] { work(); });
}

void Mailer::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_all();
}

// False: it is to end.
bool Mailer::rest(seconds length) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, std::min(length, report_pause), [this] { return woken_ || stopping_; });
  woken_ = false;
  return !stopping_;
}

void Mailer::work() {
  try {
    if (auto recovered = queue_.recover(); !recovered) {
      logger.error("mail in doubt: {}", recovered.error().message);
    }
    seconds pause{0};
    do {
      send_report_if_due();
      look_for_trouble();
      const auto next = queue_.run(stop_);
      if (!next) logger.error("the queue: {}", next.error().message);
      pause = next ? *next : after_error;
    } while (rest(pause));
  } catch (const std::exception& e) {
    logger.error("internal error: {}; no mail is sent until the server is started anew", e.what());
  }
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

// An alert about an alert would have the same fate.
void Mailer::tell_of_failed(const QueuedMail& mail, const std::string& why) const {
  if (mail.kind != "mail") return;
  alerts_.raise({.kind = "mail_failed",
                 .topic = std::to_string(mail.id),
                 .subject = fmt::format("mail {} did not arrive: {}", mail.id, mail.subject),
                 .text = why,
                 .command = fmt::format("mega mail --retry {}", mail.id)});
}

void Mailer::look_for_trouble() {
  if (options_.alert.to.empty() || clock_.steady() < next_look_) return;
  next_look_ = clock_.steady() + report_pause;
  if (auto looked = watch_.look(); !looked) {
    logger.error("looking for what went wrong: {}", looked.error().message);
  }
}

void Mailer::send_report_if_due() {
  const Time now = clock_.now();
  if (!options_.report_minute || minute_of_day(now) < *options_.report_minute) return;
  const std::string day = format_local(now).substr(0, 10);
  if (reported_day_ == day) return;
  const Author author{.who = "mega", .door = "server", .function = "report_routine"};
  const auto sent = send_daily_report(store_, outbox_, alerts_, author, now);
  if (sent) {
    reported_day_ = day;
  } else {
    logger.error("the daily report: {}", sent.error().message);
  }
}

}  // namespace mega
