// Outbox: adds messages of the server's functions, schedules and alerts to the queue. A message is
// on disk when post() returns, and is sent as soon as a relay takes it (mail_queue.h).
#pragma once

#include "mail/format/message.h"
#include "mail/store/mail_store.h"

#include <functional>
#include <string>

namespace mega {

// The arguments of post() besides the message.
struct Posting {
  std::string kind = "mail", topic, once;  // see NewMail
  Time due;                                // not sent before this
  std::int64_t hourly_max = 0;             // mails per hour of this kind and topic; 0: no limit
};

struct OutboxOptions {
  MailAddress sender;            // of messages without `from`
  bool has_relay = true;         // a relay is set
  std::int64_t host_rate = 100;  // mails per hour from one host, at most
};

// Thread-safe. The references must outlive the outbox.
class Outbox {
 public:
  // `wake` is called when there is mail to send. May be empty.
  Outbox(MailStore& store, const Clock& clock, OutboxOptions options, std::function<void()> wake)
      : store_(store), clock_(clock), options_(std::move(options)), wake_(std::move(wake)) {}

  const OutboxOptions& options() const { return options_; }

  // Adds a message to the queue; returns its id. A missing sender, date or token is filled in.
  // Errors: unavailable when no relay is set or hourly_max is reached; already_exists when there is
  // a mail with this `once`; those of compose(), of attachments and of the store.
  Result<std::int64_t> post(const Author& author, Message message,
                            const Posting& posting = {}) const;

  // Call when there is mail to send.
  void wake() const {
    if (wake_) wake_();
  }

 private:
  Result<void> check_rate(const Posting& posting) const;

  MailStore& store_;
  const Clock& clock_;
  const OutboxOptions options_;
  const std::function<void()> wake_;
};

}  // namespace mega
