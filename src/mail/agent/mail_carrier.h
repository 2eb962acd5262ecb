// MailCarrier: hands the mail that waits on this host to the server, and answers who leaves mail
// there or asks about it:
//
//   take_mail {mail}     keeps it; true once it is on disk
//   get_all_mail {stat}  rows
//   retry_mail {id}      now
//   drop_mail {id}       never
//
// A mail leaves the spool when the server has it on its disk. When the answer is lost it is handed
// over again; by its id the server knows it, for as long as handed_mail_memory (store/mail_model.h)
// says. So what has waited for half of that is not handed over any more, unless somebody says so.
#pragma once

#include "api/agent_functions.h"
#include "base/clock.h"
#include "mail/agent/mail_spool.h"
#include "net/asio.h"
#include "net/workers.h"
#include "wire/envelope.h"

#include <chrono>
#include <functional>
#include <map>
#include <string>

namespace mega {

inline constexpr std::chrono::hours mail_wait_max{30 * 24};

// Of the io thread; the workers wait for the disk.
class MailCarrier {
 public:
  // Asks the server. Errors: its own; unavailable when there is no connection.
  using Ask = std::function<asio::awaitable<Result<Value>>(Envelope)>;

  // All must outlive it.
  MailCarrier(asio::io_context& io, Workers& workers, const Clock& clock, MailSpool& spool,
              Ask ask);

  void add_to(AgentFunctions& functions);

  // Runs until stop().
  asio::awaitable<void> carry();
  void stop();

  // There is a server again: all that waits is due.
  void server_is_there();

  std::size_t waiting() const { return spool_.list().size(); }

 private:
  using DiskWork = std::function<Result<Value>()>;  // of a worker

  struct Tries {
    int count = 0;
    Time due;                // not before
    bool expired = false;    // it waits for a person
    bool asked_for = false;  // by retry_mail
    std::string words;
  };

  asio::awaitable<void> keep(Map mail, AgentAnswer answer);
  asio::awaitable<void> drop(std::int64_t number, AgentAnswer answer);
  DiskWork removal_of(std::int64_t number);
  asio::awaitable<Result<void>> hand_over(std::int64_t number);
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
