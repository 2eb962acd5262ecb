// Queued mail, as the store keeps it until a relay has accepted it.
//
// A mail is
//
//   waiting    until it is due, or for a relay
//   sent       accepted for all of its recipients
//   failed     refused for some or all of them, or too old; its text is kept for smtp.keep
//   doubtful   sent completely, but it is unknown whether the relay has it; waits for retry_mail
//              or drop_mail
//   dropped    by drop_mail
//
// and each of its recipients is waiting, accepted or refused.
#pragma once

#include "base/clock.h"
#include "base/result.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace mega {

struct NewMail {
  std::string kind = "mail";  // "mail" for send_mail and take_mail, else the kind of an alert
  std::string topic;          // what an alert is about
  std::string once;           // not empty: unique key of the mail ("report 2026-11-25")
  std::string sender, subject, message_id;
  std::int64_t bytes = 0;
  bool utf8 = false;
  std::vector<std::string> recipients;
  Time due;  // not sent before this
};

// The next chunk of the text of a mail; empty at the end.
using MailChunks = std::function<Result<std::string_view>()>;

struct QueuedMail {
  std::int64_t id = 0;
  std::string kind, sender, subject, message_id;
  std::int64_t bytes = 0;
  bool utf8 = false;
  std::int64_t tries = 0;
  Time since;                           // when added, or last retried by retry_mail
  std::vector<std::string> recipients;  // the first waiting ones
};

// A relay's verdict on one recipient.
struct MailVerdict {
  std::string recipient;
  std::string state;  // "waiting", "accepted", "refused"
  std::string words;
};

struct MailSettled {
  std::int64_t waiting = 0, refused = 0;  // numbers of recipients
};

}  // namespace mega
