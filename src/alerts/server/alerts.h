// Alerts: what the server tells people of its own accord, by mail, neither twice nor at night.
#pragma once

#include "base/settings.h"
#include "alerts/format/alert_rules.h"
#include "mail/server/outbox.h"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace mega {

struct AlertOptions {
  std::vector<AlertRecipient> to;
  std::chrono::seconds repeat{3600};  // the same topic is told of again after that
  std::int64_t rate = 10;             // of one kind in an hour
  std::optional<QuietHours> quiet;    // only what is critical is sent then; the rest waits
};

// Errors: invalid_argument, each naming the setting.
Result<AlertOptions> read_alert_options(const Settings& settings);
const std::vector<std::string>& alert_setting_names();

struct Alert {
  std::string kind;   // "mail_failed": what settings and rates go by; [a-z0-9_]
  std::string topic;  // what it is about: a host, a task
  AlertLevel level = AlertLevel::warning;
  std::string subject;
  std::string text;
  std::string command;  // that looks closer; may be empty
  std::string once;     // not empty: never told again, whatever restarts
};

// Thread-safe; what it refers to must outlive it.
class Alerts {
 public:
  Alerts(const Store& store, const Clock& clock, const Outbox& outbox, AlertOptions options)
      : store_(store), clock_(clock), outbox_(outbox), options_(std::move(options)) {}

  // Leaves it in the queue, or holds it back: nobody wants it, it was told before (`once`, or the
  // topic within alert.repeat), or there were too many of its kind. What is held back is in the
  // log, and counted in the next one.
  void raise(const Alert& alert) const;

  std::vector<MailAddress> recipients(std::string_view kind, AlertLevel level) const {
    return recipients_for(kind, level, options_.to);
  }

 private:
  Result<bool> is_held_back(const Alert& alert) const;
  Message message_of(const Alert& alert, std::vector<MailAddress> to) const;

  const Store& store_;
  const Clock& clock_;
  const Outbox& outbox_;
  const AlertOptions options_;
  mutable std::mutex mutex_;  // of what follows, and so that two alike are not both sent
  mutable std::map<std::string, std::int64_t, std::less<>> held_back_;  // by kind
};

}  // namespace mega
