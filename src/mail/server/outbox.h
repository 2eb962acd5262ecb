// The outbox: where the server's functions, schedules and alerts leave a message. It is on disk
// when post() returns, and sent as soon as a relay takes it (mail_queue.h).
#pragma once

#include "mail/format/message.h"
#include "mail/store/mail_store.h"

#include <functional>
#include <string>

namespace mega {

// Beside the message itself.
struct Posting {
  std::string kind = "mail", topic, once;  // as NewMail has them
  Time due;                                // not before
  std::int64_t hourly_max = 0;             // of the topic; 0: any number
};

struct OutboxOptions {
  MailAddress sender;            // of messages that do not say
  bool has_relay = true;         // one is set
  std::int64_t host_rate = 100;  // mails of one host in an hour, at most
};

// Thread-safe; what it refers to must outlive it.
class Outbox {
 public:
  // `wake`: told that something is there to be sent.
  Outbox(MailStore& store, const Clock& clock, OutboxOptions options, std::function<void()> wake)
      : store_(store), clock_(clock), options_(std::move(options)), wake_(std::move(wake)) {}

  const OutboxOptions& options() const { return options_; }

  // The id in the queue. The message gets the time and a token when it has none. Errors:
  // unavailable when no relay is set, or the topic had its number; already_exists for a mail of
  // that `once`; those of compose(), of attachments and of the store.
  Result<std::int64_t> post(const Author& author, Message message,
                            const Posting& posting = {}) const;

  // There is something to be sent.
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
