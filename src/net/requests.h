// Calls: the requests under way, from the frame read to the answer sent or given up.
#pragma once

#include "base/result.h"
#include "net/batches.h"
#include "net/peer_connection.h"
#include "trust/caller.h"
#include "wire/reply.h"

#include <atomic>
#include <chrono>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

// Turns one request payload into one reply payload; nullopt: close without a byte. Runs on a worker
// and may block. What it would have to wait long for it answers later (Reply::later): workers are
// few.
using Responder =
    std::function<std::optional<Reply>(const Caller& caller, std::string_view payload)>;

// The same on the io thread, which it must not keep: nullopt leaves the request, of which nothing
// was done, to the Responder.
using QuickResponder = Responder;

// How an answer is framed.
enum class Framing { strict, legacy };

// The frame for a failure that is not the function's own (too many requests, too late): on our own
// dialect with the ID of the request; nullopt in Python form, which has no bytes for it.
std::optional<std::string> failure_frame(std::string_view request, Error error);

// Thread-safe.
class Calls {
 public:
  Calls(asio::io_context& io, Responder responder);
  ~Calls();

  // Before the first call.
  void answer_at_once(QuickResponder responder) { quick_responder_ = std::move(responder); }

  // Has the payload answered, at once or on a worker; on the batch's thread.
  // connection.begin_call() has been called for it.
  void start(JobBatch& workers, std::shared_ptr<PeerConnection> connection, std::string payload,
             Framing framing);

  // Answers timed_out to what has been under way since before `moment`; the work itself goes on.
  // How many those are.
  int give_up_started_before(std::chrono::steady_clock::time_point moment,
                             std::chrono::milliseconds limit);

  // On a worker, waiting for one or to be answered later; those given up too, until their function
  // returns.
  int under_way() const;
  // Of their payloads.
  std::size_t bytes() const { return bytes_; }

 private:
  class Call;
  class Start;

  // True for the first caller only: that one answers the call.
  bool claim(Call& call);
  bool answered_at_once(const std::shared_ptr<PeerConnection>& connection, std::string_view payload,
                        Framing framing);

  const Responder responder_;
  QuickResponder quick_responder_;  // may be empty
  AnswerBatch quick_answers_;
  std::atomic<std::size_t> bytes_{0};
  mutable std::mutex mutex_;
  std::list<Call*> in_order_;  // of their start; owned by the job that answers each
};

}  // namespace mega
