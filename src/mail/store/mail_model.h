// Mail on its way, as the store keeps it until a relay has accepted it.
//
// A mail is
//
//   waiting    for its time (`due`), or for a relay
//   sent       accepted for all of its recipients
//   failed     refused for some or all of them, or too old; its text is kept for a while
//   doubtful   all of it was sent; whether the relay has it is unknown; a person decides
//   dropped    by a caller
//
// and each of its recipients waiting, accepted or refused.
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

// How long the store knows a mail that a host's daemon has handed over, longer than smtp.keep. A
// daemon hands over nothing that is half as old (agent/mail_carrier.h): so a repeat is known as
// one, however long the daemon could not learn that the first one had come.
inline constexpr std::chrono::hours handed_mail_memory{60 * 24};

struct NewMail {
  std::string kind = "mail";  // "mail" for send_mail, else the kind of an alert
  std::string topic;          // what an alert is about
  std::string once;  // not empty: there is only one mail with this key ("report 2026-11-25")
  std::string sender, subject, message_id;
  std::int64_t bytes = 0;
  bool utf8 = false;
  std::vector<std::string> recipients;
  Time due;  // not before
};

// The text of a mail, chunk by chunk; empty at the end.
using MailChunks = std::function<Result<std::string_view>()>;

struct QueuedMail {
  std::int64_t id = 0;
  std::string kind, sender, subject, message_id;
  std::int64_t bytes = 0;
  bool utf8 = false;
  std::int64_t tries = 0;
  Time since;                           // added, or last taken up by a person
  std::vector<std::string> recipients;  // the first of those that wait
};

// What a relay said about one recipient.
struct MailVerdict {
  std::string recipient;
  std::string state;  // "waiting", "accepted", "refused"
  std::string words;
};

struct MailSettled {
  std::int64_t waiting = 0, refused = 0;  // recipients of the mail
};

}  // namespace mega
