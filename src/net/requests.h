// Calls: the requests under way, from the complete frame to the answer sent or given up.
#pragma once

#include "base/result.h"
#include "net/batches.h"
#include "net/peer_connection.h"
#include "net/shares.h"
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

// Turns a request payload into a reply payload; nullopt: close without a byte. Runs on a worker and
// may block; long waits should use Reply::later, because workers are few.
using Responder =
    std::function<std::optional<Reply>(const Caller& caller, std::string_view payload)>;

// As Responder, but on the io thread, so it must not block. nullopt passes the request to the
// Responder; nothing was done yet.
using QuickResponder = Responder;

// How an answer is framed.
enum class Framing { strict, legacy };

// The frame for a failure outside the function (too many requests, time-out). On our own dialect it
// carries the ID of the request; nullopt on the legacy dialect, which cannot express it.
std::optional<std::string> failure_frame(std::string_view request, Error error);

// The failure of a request that its caller's share of the resource does not allow now.
Error too_much(Resource resource);

// Thread-safe.
class Calls {
 public:
  Calls(asio::io_context& io, Responder responder);
  ~Calls();

  // Before the first call.
  void answer_at_once(QuickResponder responder) { quick_responder_ = std::move(responder); }

  // Answers the payload if the quick responder can; false: it needs start(). Call both on the
  // batch's thread, after connection.begin_call().
  bool answered_at_once(const std::shared_ptr<PeerConnection>& connection, std::string_view payload,
                        Framing framing);

  // Answers the payload on a worker. The connection's account must have taken one of
  // Resource::requests; it is given back when the call ends or only waits.
  void start(JobBatch& workers, std::shared_ptr<PeerConnection> connection, std::string payload,
             Framing framing);

  // Answers timed_out to the calls started before `moment`; their functions continue. Returns the
  // number of such calls.
  int give_up_started_before(std::chrono::steady_clock::time_point moment,
                             std::chrono::milliseconds limit);

  // The number of calls on a worker, waiting for one, or to be answered later; includes those given
  // up, until their function returns.
  int under_way() const { return under_way_; }

 private:
  class Call;
  class Start;

  // Marks the call answered; true for the first caller, which must answer it.
  bool claim(Call& call);

  const Responder responder_;
  QuickResponder quick_responder_;  // may be empty
  AnswerBatch quick_answers_;
  std::atomic<int> under_way_{0};
  mutable std::mutex mutex_;
  std::list<Call*> in_order_;  // in order of their start; not owned
};

}  // namespace mega
