// MailCarrier: hands the mail that waits on this host to the server, and serves the agent functions
// for that mail:
//
//   take_mail {mail}     keep a mail; answers its number once it is on disk
//   get_all_mail {stat}  list the mail as rows
//   retry_mail {id}      hand the mail over now
//   drop_mail {id}       remove the mail
//
// A mail is removed from the spool once the server has it on disk. If the server's answer is lost,
// the carrier hands the mail over again; the server recognises the id for handed_mail_memory
// (mail/format/hand_over.h). So a mail that has waited for half of that time is handed over only
// after retry_mail.
#pragma once

#include "api/agent_functions.h"
#include "base/clock.h"
#include "mail/agent/mail_spool.h"
#include "mail/format/hand_over.h"
#include "net/asio.h"
#include "net/workers.h"
#include "wire/envelope.h"

#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mega {

// Used on the io thread; disk work runs on `workers`.
class MailCarrier {
 public:
  // Sends a request to the server. Errors: those of the server; unavailable without a connection.
  using Ask = std::function<asio::awaitable<Result<Value>>(Envelope)>;

  // The references must outlive the carrier.
  MailCarrier(asio::io_context& io, Workers& workers, const Clock& clock, MailSpool& spool,
              Ask ask);

  void add_to(AgentFunctions& functions);

  // Hands mail over until stop().
  asio::awaitable<void> carry();
  void stop();

  // Call when the server is connected again: makes all waiting mail due now.
  void server_is_there();

  std::size_t waiting() const { return spool_.list().size(); }

 private:
  using DiskWork = std::function<Result<Value>()>;  // runs on a worker

  struct Tries {
    int count = 0;
    Time due;                // of the next try
    bool expired = false;    // not handed over before retry_mail
    bool asked_for = false;  // by retry_mail
    std::string words;
  };

  asio::awaitable<void> keep(Map mail, StreamedAnswer answer);
  asio::awaitable<void> drop(std::int64_t number, StreamedAnswer answer);
  DiskWork removal_of(std::int64_t number);
  asio::awaitable<Result<void>> hand_over(std::int64_t number);
  std::vector<KeptMail> least_tried_first() const;
  asio::awaitable<void> carry_what_is_due();
  void note_failure(std::int64_t number, const Error& error);
  bool expires(const KeptMail& mail);
  Result<Value> retry(std::int64_t number);
  Rows rows() const;
  bool is_due(std::int64_t number) const;
  void wake();

  asio::io_context& io_;
  Workers& workers_;
  const Clock& clock_;
  MailSpool& spool_;
  const Ask ask_;
  std::map<std::int64_t, Tries> tries_;
  asio::steady_timer pause_;
  bool woken_ = false, stopped_ = false;
};

}  // namespace mega
