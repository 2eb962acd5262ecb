// The mailer: all that the server has to do with mail. What functions leave in the outbox and what
// alerts say is on disk; one thread sends it, sees to the daily report, and looks for what went
// wrong.
#pragma once

#include "alerts/server/alerts.h"
#include "mail/server/mail_queue.h"
#include "mail/server/outbox.h"
#include "alerts/server/lookout.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace mega {

struct MailerOptions {
  SmtpOptions smtp;  // without relays nothing is taken and nothing sent
  MailQueueOptions queue;
  AlertOptions alert;
  WatchOptions watch;
  std::optional<int> report_minute;  // of the day, when the daily report is sent
};

// Errors: invalid_argument, each naming the setting; those of the password's file.
Result<MailerOptions> read_mailer_options(const Settings& settings);
std::vector<std::string> mailer_setting_names();

// What it refers to must outlive it.
class Mailer {
 public:
  Mailer(Store& store, const Clock& clock, MailerOptions options);
  // Lets a message that is on its way end, for a few seconds; then breaks off.
  ~Mailer();
  Mailer(const Mailer&) = delete;

  // Begins to send; once, and before calls come.
  void start();

  const Outbox& outbox() const { return outbox_; }
  const Alerts& alerts() const { return alerts_; }

 private:
  void wake();
  void work();
  bool rest(std::chrono::seconds length);
  void tell_of_failed(const QueuedMail& mail, const std::string& why) const;
  void look_for_trouble();
  void send_report_if_due();

  Store& store_;
  const Clock& clock_;
  const MailerOptions options_;
  const Outbox outbox_;
  const Alerts alerts_;
  Watch watch_;
  MailQueue queue_;
  // The thread's own.
  std::chrono::steady_clock::time_point next_look_{};
  std::string reported_day_;  // needs no second look
  const int stop_;            // an eventfd: readable once waits are to end
  std::mutex mutex_;          // of what follows
  std::condition_variable changed_;
  bool woken_ = false, stopping_ = false, ended_ = false;
  std::thread thread_;
};

}  // namespace mega
