#include "alerts/server/lookout.h"

#include "alerts/server/daily_report.h"
#include "base/log.h"

#include <chrono>
#include <exception>

namespace mega {
namespace {

constexpr Logger logger{"alert"};

constexpr std::chrono::seconds pause{30};  // between two checks

}  // namespace

Result<LookoutOptions> read_lookout_options(const Settings& settings) {
  auto alert = read_alert_options(settings);
  if (!alert) return fail(alert.error());
  const auto minute = read_report_time(settings);
  if (!minute) return fail(minute.error());
  return LookoutOptions{.alert = *std::move(alert), .report_minute = *minute};
}

Lookout::Lookout(const Services& services, MailStore& store, const Clock& clock,
                 const Outbox& outbox, LookoutOptions options)
    : services_(services),
      clock_(clock),
      outbox_(outbox),
      options_(std::move(options)),
      alerts_(store, clock, outbox, options_.alert) {}

Lookout::~Lookout() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Lookout::start(const Settings& settings) {
  if (!outbox_.options().has_relay) return;
  for (const Watcher* watcher : Registered<Watcher>::all()) {
    watches_.push_back(watcher->begin(services_, clock_, settings));
  }
  thread_ = std::thread([this] { work(); });
}

void Lookout::work() {
  try {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
      lock.unlock();
      send_report_if_due();
      if (!options_.alert.to.empty()) look();
      lock.lock();
      changed_.wait_for(lock, pause, [this] { return stopping_; });
    }
  } catch (const std::exception& e) {
    logger.error("internal error: {}; no alerts are raised until the server is started anew",
                 e.what());
  }
}

void Lookout::look() {
  for (const auto& watch : watches_) {
    if (auto looked = watch->look(told_); !looked) {
      logger.error("looking for what went wrong: {}", looked.error().message);
    }
  }
}

void Lookout::send_report_if_due() {
  const Time now = clock_.now();
  if (!options_.report_minute || minute_of_day(now) < *options_.report_minute) return;
  const std::string day = format_local(now).substr(0, 10);
  if (reported_day_ == day) return;
  const Author author{.who = "mega", .door = "server", .function = "report_routine"};
  const auto sent = send_daily_report(services_, outbox_, alerts_, author, now);
  if (sent) {
    reported_day_ = day;
  } else {
    logger.error("the daily report: {}", sent.error().message);
  }
}

}  // namespace mega
