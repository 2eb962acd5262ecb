// The outbox: where the server's functions, schedules and alerts leave a message. It is on disk
// when post() returns, and sent as soon as a relay takes it (mail_queue.h).
#pragma once

#include "mail/message.h"
#include "store/store.h"

#include <functional>
#include <string>

namespace mega {

// Beside the message itself.
struct Posting {
  std::string kind = "mail", topic, once;  // as NewMail has them
  Time due;                                // not before
};

// Thread-safe; what it refers to must outlive it.
class Outbox {
 public:
  // `wake`: told that something is there to be sent. `has_relay`: one is set.
  Outbox(Store& store, const Clock& clock, MailAddress sender, bool has_relay,
         std::function<void()> wake)
      : store_(store),
        clock_(clock),
        sender_(std::move(sender)),
        has_relay_(has_relay),
        wake_(std::move(wake)) {}

  // Who it is from when a message does not say.
  const MailAddress& sender() const { return sender_; }

  // The id in the queue. The message gets the time and a token when it has none. Errors:
  // unavailable when no relay is set; those of compose(), of attachments and of the store.
  Result<std::int64_t> post(const Author& author, Message message,
                            const Posting& posting = {}) const;

  // There is something to be sent.
  void wake() const {
    if (wake_) wake_();
  }

 private:
  Store& store_;
  const Clock& clock_;
  const MailAddress sender_;
  const bool has_relay_;
  const std::function<void()> wake_;
};

}  // namespace mega
