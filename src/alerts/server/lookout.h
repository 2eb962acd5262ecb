// Lookout: has each module's watch look for what went wrong, and sends the daily report, on a
// thread of its own.
#pragma once

#include "alerts/server/alerts.h"
#include "api/notices.h"
#include "api/services.h"
#include "base/settings.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace mega {

struct LookoutOptions {
  AlertOptions alert;
  std::optional<int> report_minute;  // of the day, when the daily report is sent
};
// Errors: invalid_argument, each naming the setting.
Result<LookoutOptions> read_lookout_options(const Settings& settings);
std::vector<std::string> lookout_setting_names();

// The services and the outbox outlive it.
class Lookout {
 public:
  Lookout(const Services& services, MailStore& store, const Clock& clock, const Outbox& outbox,
          LookoutOptions options);
  ~Lookout();
  Lookout(const Lookout&) = delete;

  const Alerts& alerts() const { return alerts_; }

  // Begins to look; once, when all services are there. A server without a relay looks for nothing.
  void start(const Settings& settings);

 private:
  void work();
  void look();
  void send_report_if_due();

  const Services& services_;
  const Clock& clock_;
  const Outbox& outbox_;
  const LookoutOptions options_;
  const Alerts alerts_;

  // The thread's own.
  ToldOnce told_{alerts_};
  std::vector<std::unique_ptr<Watch>> watches_;
  std::string reported_day_;  // needs no second look

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mega
