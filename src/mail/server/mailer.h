// The mailer: the server's mail. What functions and alerts leave in the outbox is on disk; one
// thread sends it.
#pragma once

#include "api/notices.h"
#include "mail/server/mail_queue.h"
#include "mail/server/outbox.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace mega {

struct MailerOptions {
  SmtpOptions smtp;  // without relays nothing is taken and nothing sent
  MailQueueOptions queue;
};

// Errors: invalid_argument, each naming the setting; those of the password's file.
Result<MailerOptions> read_mailer_options(const Settings& settings);
std::vector<std::string> mailer_setting_names();

// What it refers to must outlive it.
class Mailer {
 public:
  Mailer(MailStore& store, const Clock& clock, MailerOptions options);
  ~Mailer();  // as stop()
  Mailer(const Mailer&) = delete;

  // Begins to send; once, and before calls come.
  void start();
  // Waits a few seconds for a message that is on its way, then breaks off. Running it again is safe.
  void stop();

  const Outbox& outbox() const { return outbox_; }
  // Raises a notice for each mail that fails. Before start(); `notices` outlives
  // stop().
  void tell(const Notices& notices) { notices_ = &notices; }

 private:
  void wake();
  void work();
  bool rest(std::chrono::seconds length);
  void tell_of_failed(const QueuedMail& mail, const std::string& why) const;

  const MailerOptions options_;
  const Outbox outbox_;
  MailQueue queue_;
  const Notices* notices_ = nullptr;
  const int stop_;    // an eventfd: readable once waits are to end
  std::mutex mutex_;  // of what follows
  std::condition_variable changed_;
  bool woken_ = false, stopping_ = false, ended_ = false;
  std::thread thread_;
};

}  // namespace mega
