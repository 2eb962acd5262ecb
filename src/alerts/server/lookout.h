// Lookout: runs each module's watch for failures, and sends the daily report, on its own thread.
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
  std::optional<int> report_minute;  // minute of the day of the daily report
};
// Errors: invalid_argument, each naming the setting.
Result<LookoutOptions> read_lookout_options(const Settings& settings);

// The references must outlive the lookout.
class Lookout {
 public:
  Lookout(const Services& services, MailStore& store, const Clock& clock, const Outbox& outbox,
          LookoutOptions options);
  ~Lookout();
  Lookout(const Lookout&) = delete;

  const Alerts& alerts() const { return alerts_; }

  // Starts the thread. Call once, when all services are available. Does nothing without a relay.
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

  // Used only by the thread.
  ToldOnce told_{alerts_};
  std::vector<std::unique_ptr<Watch>> watches_;
  std::string reported_day_;  // the day of the latest report; no second try

  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mega
