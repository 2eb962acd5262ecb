#include "net/requests.h"

#include "base/log.h"
#include "base/text.h"
#include "wire/envelope.h"
#include "wire/frame.h"
#include "wire/legacy_frame.h"
#include "wire/parsed_size.h"
#include "wire/reply.h"

#include <cassert>
#include <exception>
#include <utility>

namespace mega {
namespace {

constexpr Logger logger{"serve"};

// The ID of the request; 0: unknown. Refusing must be quick, so a large request is not parsed: its
// ID counts only when it comes first.
std::int64_t id_of(std::string_view request) {
  constexpr std::size_t large_bytes = 64 << 10;
  constexpr std::string_view opening = R"({"ID":)";
  if (request.size() <= large_bytes) {
    const auto envelope = parse_envelope(request);
    return envelope ? envelope->id : 0;
  }
  if (!request.starts_with(opening)) return 0;
  request.remove_prefix(opening.size());
  const auto id = parse_integer(request.substr(0, request.find_first_not_of("0123456789")));
  return id && *id <= request_id_max ? *id : 0;
}

// A legacy answer is a single frame, so it holds the whole reply.
std::string legacy_frame(Reply reply) {
  if (dialect_of(reply.payload) == Dialect::ours) hide_terminator_in_json(reply.payload);
  return encode_legacy_frame(reply.payload);
}

void send(PeerConnection& connection, std::optional<Reply> reply, Framing framing) {
  if (!reply) return connection.end_call(std::nullopt);
  if (framing == Framing::legacy) return connection.end_call(legacy_frame(std::move(*reply)));
  if (!reply->rest) return connection.end_call(encode_frame(reply->payload));
  auto rest = [payloads = std::move(reply->rest)]() -> std::optional<std::string> {
    const auto payload = payloads();
    if (!payload) return std::nullopt;
    return encode_frame(*payload);
  };
  connection.end_call(encode_frame(reply->payload), std::move(rest));
}

}  // namespace

Error too_much(Resource resource) {
  const auto of = [](std::string_view what, std::string_view setting) {
    return Error{Errc::unavailable,
                 fmt::format("{} as {} allows one caller now: try again later", what, setting)};
  };
  switch (resource) {
    case Resource::requests:
      return of("as many requests are under way", "limits.requests");
    case Resource::waits:
      return of("as many requests wait", "limits.waits");
    case Resource::held:
      return of("requests hold as many bytes", "limits.held");
    case Resource::unsent:
      return of("answers that are not taken have as many bytes", "limits.held");
  }
  return {Errc::internal, "no such resource"};
}

std::optional<std::string> failure_frame(std::string_view request, Error error) {
  if (dialect_of(request) == Dialect::legacy) return std::nullopt;
  return encode_frame(our_reply(id_of(request), fail(std::move(error))));
}

// Shared by the worker and by a function that answers later.
class Calls::Call : public std::enable_shared_from_this<Call> {
 public:
  Call(Calls& calls, std::shared_ptr<PeerConnection> connection, std::string payload,
       Framing framing)
      : calls_(calls),
        connection_(std::move(connection)),
        payload_(std::move(payload)),
        framing_(framing) {
    ++calls_.under_way_;
    hold(payload_.size());
  }

  ~Call() {
    account().give_back(Resource::held, held_);
    account().give_back(waits_ ? Resource::waits : Resource::requests, 1);
    {
      const std::lock_guard lock(calls_.mutex_);
      calls_.in_order_.erase(place_);
    }
    --calls_.under_way_;  // last, because a server that stops waits for it
  }

  void run() {
    if (given_up()) return;  // it waited too long for a worker and has its answer
    if (auto refusal = refuse_size()) {
      logger.warn("peer={} refused a request: {}", connection_->caller().peer, refusal->message);
      return finish(failure(*std::move(refusal)));
    }
    auto reply = respond();
    if (!reply || !reply->later) return finish(std::move(reply));
    // Waiting occupies no worker. When the caller has no place to wait, the call keeps its own.
    if (account().take(Resource::waits, 1)) {
      account().give_back(Resource::requests, 1);
      waits_ = true;
    }
    reply->later(
        [call = shared_from_this()](std::optional<Reply> late) { call->finish(std::move(late)); });
  }

 private:
  friend Calls;
  using Clock = std::chrono::steady_clock;

  void finish(std::optional<Reply> reply) {
    if (!calls_.claim(*this)) {
      logger.warn("peer={} a function ended {} ms after its request, nobody waits for the answer",
                  connection_->caller().peer, age().count());
      return;
    }
    if (connection_->caller().role == Role::none && reply) note_success(reply->payload);
    send(*connection_, std::move(reply), framing_);
  }

  CallerAccount& account() const { return *connection_->account(); }

  void hold(std::size_t bytes) {
    account().add(Resource::held, static_cast<std::ptrdiff_t>(bytes));
    held_ += bytes;
  }

  // Counts the memory that the request takes once parsed. Returns the failure when that is more than
  // the caller's share, or when the peers of this caller do not take their answers.
  std::optional<Error> refuse_size() {
    if (account().is_over(Resource::unsent)) return too_much(Resource::unsent);
    const std::size_t bytes = parsed_bytes(payload_);
    if (bytes == 0) return std::nullopt;  // small requests always pass: their number is limited
    if (account().take(Resource::held, bytes)) {
      held_ += bytes;
      return std::nullopt;
    }
    if (static_cast<std::int64_t>(bytes) <= account().budget().most_of_one(Resource::held)) {
      return too_much(Resource::held);
    }
    return Error{Errc::invalid_argument,
                 fmt::format("the request takes {} bytes once it is parsed, which is more than "
                             "limits.held allows",
                             bytes)};
  }

  std::optional<Reply> failure(Error error) const {
    if (dialect_of(payload_) == Dialect::legacy) return std::nullopt;
    return Reply(our_reply(id_of(payload_), fail(std::move(error))));
  }

  std::optional<Reply> respond() try {
    return calls_.responder_(connection_->caller(), payload_);
  } catch (const std::exception& e) {
    logger.error("peer={} internal error: {}", connection_->caller().peer, e.what());
    return std::nullopt;
  }

  void note_success(std::string_view reply) {
    const auto answer = parse_reply(reply);
    if (answer && answer->result) connection_->note_success();
  }

  bool given_up() const {
    const std::lock_guard lock(calls_.mutex_);
    return answered_;
  }

  std::chrono::milliseconds age() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - started_);
  }

  Calls& calls_;
  const std::shared_ptr<PeerConnection> connection_;
  const std::string payload_;
  const Framing framing_;
  const Clock::time_point started_ = Clock::now();
  std::size_t held_ = 0;              // bytes charged to the account
  bool waits_ = false;                // charged to Resource::waits, not to Resource::requests
  bool answered_ = false;             // under calls_.mutex_
  std::list<Call*>::iterator place_;  // in calls_.in_order_
};

// Runs the call on a worker.
class Calls::Start : public Job {
 public:
  explicit Start(std::shared_ptr<Call> call) : call_(std::move(call)) {}
  void run() override { call_->run(); }

 private:
  const std::shared_ptr<Call> call_;
};

Calls::Calls(asio::io_context& io, Responder responder)
    : responder_(std::move(responder)), quick_answers_(io) {}

Calls::~Calls() { assert(in_order_.empty()); }

void Calls::start(JobBatch& workers, std::shared_ptr<PeerConnection> connection,
                  std::string payload, Framing framing) {
  const Lane lane = connection->caller().door == Door::unix_socket ? Lane::reserved : Lane::common;
  auto call = std::make_shared<Call>(*this, std::move(connection), std::move(payload), framing);
  {
    const std::lock_guard lock(mutex_);
    call->place_ = in_order_.insert(in_order_.end(), call.get());
  }
  workers.push(std::make_unique<Start>(std::move(call)), lane);
}

bool Calls::answered_at_once(const std::shared_ptr<PeerConnection>& connection,
                             std::string_view payload, Framing framing) try {
  // A caller without a role must go through finish(), which notes its success; a long payload takes
  // too long to parse here.
  constexpr std::size_t short_bytes_max = 4096;
  if (!quick_responder_ || payload.size() > short_bytes_max) return false;
  if (connection->caller().role == Role::none) return false;
  auto reply = quick_responder_(connection->caller(), payload);
  if (!reply || reply->rest) return false;
  if (dialect_of(payload) == Dialect::ours && framing == Framing::strict) {
    quick_answers_.push(connection, encode_frame(reply->payload));
  } else {
    send(*connection, std::move(reply), framing);  // the connection has no other call under way
  }
  return true;
} catch (const std::exception&) {
  return false;  // a worker gets the same exception and logs it
}

bool Calls::claim(Call& call) {
  const std::lock_guard lock(mutex_);
  return !std::exchange(call.answered_, true);
}

int Calls::give_up_started_before(std::chrono::steady_clock::time_point moment,
                                  std::chrono::milliseconds limit) {
  int count = 0;
  const std::lock_guard lock(mutex_);  // also keeps the calls in the list alive
  for (Call* call : in_order_) {
    if (call->started_ > moment) break;
    if (std::exchange(call->answered_, true)) continue;
    ++count;
    logger.warn("peer={} no answer within {} ms: gave up waiting", call->connection_->caller().peer,
                limit.count());
    call->connection_->end_call(failure_frame(
        call->payload_,
        Error{Errc::timed_out,
              fmt::format("no answer within {} ms (limits.function_time); the work may go on",
                          limit.count())}));
  }
  return count;
}

}  // namespace mega
