// Alerts: what the server tells people of its own accord, by mail, neither twice nor at night.
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
  std::chrono::seconds repeat{3600};  // the same topic is told of again after that
  std::int64_t rate = 10;             // of one kind in an hour
  std::optional<QuietHours> quiet;    // only what is critical is sent then; the rest waits
};

// Errors: invalid_argument, each naming the setting.
Result<AlertOptions> read_alert_options(const Settings& settings);
const std::vector<std::string>& alert_setting_names();

// Thread-safe; what it refers to must outlive it.
class Alerts : public Notices {
 public:
  Alerts(const MailStore& store, const Clock& clock, const Outbox& outbox, AlertOptions options)
      : store_(store), clock_(clock), outbox_(outbox), options_(std::move(options)) {}

  // Leaves it in the queue, or holds it back: nobody wants it, it was told before (`once`, or the
  // topic within alert.repeat), or there were too many of its kind. What is held back is in the
  // log, and counted in the next one.
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
  mutable std::mutex mutex_;  // of what follows, and so that two alike are not both sent
  mutable std::map<std::string, std::int64_t, std::less<>> held_back_;  // by kind
};

}  // namespace mega
