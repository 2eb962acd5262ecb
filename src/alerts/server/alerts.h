// Alerts: sends notices of the server by mail. Holds back repeats, and delays all but critical
// alerts until quiet hours end.
#pragma once

#include "alerts/format/alert_rules.h"
#include "api/notices.h"
#include "base/settings.h"
#include "mail/server/outbox.h"
#include "mail/store/mail_store.h"

#include <chrono>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace mega {

struct AlertOptions {
  std::vector<AlertRecipient> to;
  std::chrono::seconds repeat{3600};  // a topic is alerted again after that
  std::int64_t rate = 10;             // alerts per kind and hour
  std::optional<QuietHours> quiet;    // only critical alerts are sent then; the rest waits
};

// Errors: invalid_argument, each naming the setting.
Result<AlertOptions> read_alert_options(const Settings& settings);

// Thread-safe. The references must outlive the alerts.
class Alerts : public Notices {
 public:
  Alerts(const MailStore& store, const Clock& clock, const Outbox& outbox, AlertOptions options)
      : store_(store), clock_(clock), outbox_(outbox), options_(std::move(options)) {}

  // Adds the notice to the mail queue. Ignores it if it has no recipients or its `once` is known.
  // Holds it back if its topic was sent within alert.repeat, or alert.rate is reached for its kind;
  // such notices are logged, and the next alert of the kind states their number.
  void raise(const Notice& notice) const override;

  std::vector<MailAddress> recipients(std::string_view kind, NoticeLevel level) const {
    return recipients_for(kind, level, options_.to);
  }

 private:
  Result<bool> is_held_back(const Notice& notice) const;
  Message message_of(const Notice& notice, std::vector<MailAddress> to) const;

  const MailStore& store_;
  const Clock& clock_;
  const Outbox& outbox_;
  const AlertOptions options_;
  mutable std::mutex mutex_;  // guards held_back_, and keeps two equal notices from both being sent
  mutable std::map<std::string, std::int64_t, std::less<>> held_back_;  // count by kind
};

}  // namespace mega
