// PeerConnection: one peer's socket, its outgoing answers, and its time-outs.
//
// The coroutine that reads from it (serve.cc) runs on the io thread. Workers send answers directly
// while the socket's buffer has room, without a hop to the io thread. The rest waits in the outbox,
// and a second coroutine writes it.
//
// Lives as long as a coroutine or a running call holds it. close() must be called on the io thread
// before the last reference is released; serve.cc does so at the end of each connection.
#pragma once

#include "base/result.h"
#include "net/asio.h"
#include "net/keepalive.h"
#include "net/open_questions.h"
#include "net/shares.h"
#include "net/tls.h"
#include "trust/caller.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace mega {

class PeerConnection : public std::enable_shared_from_this<PeerConnection> {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  enum class Manner {
    kept,        // any number of answers
    one_answer,  // the sending side is shut down after the first answer
  };

  // `answer_time`: time-out for the peer to take some of an answer that is ready. `fd`: an accepted,
  // non-blocking socket of that protocol; takes ownership.
  PeerConnection(asio::io_context& io, asio::generic::stream_protocol protocol, int fd,
                 Caller caller, Manner manner, std::chrono::milliseconds answer_time);
  ~PeerConnection();

  const Caller& caller() const { return caller_; }
  asio::any_io_executor executor() { return socket_.get_executor(); }

  // Switches the connection to TLS, with the caller that the certificate names. Io thread, before
  // the first call.
  void secure(TlsSession session, Caller caller, Manner manner);
  int fd() const { return fd_; }  // io thread only

  // The account that the connection, its requests and its unsent answers are charged to; nullptr
  // until set. Set it on the io thread, while nothing is charged.
  void charge_to(std::shared_ptr<CallerAccount> account) { account_ = std::move(account); }
  const std::shared_ptr<CallerAccount>& account() const { return account_; }

  // --- reading; io thread ---
  // Waits until there is something to read, or the peer or hang_up() has ended reading.
  asio::awaitable<void> readable();
  asio::awaitable<void> writable();
  // Reads up to `size` bytes: 0 when none are there yet, nullopt when no more will come.
  std::optional<std::size_t> read(char* into, std::size_t size);
  // The time by which the peer must have sent more, and the complaint otherwise ("did not ..."; a
  // literal).
  void must_send_by(Moment moment, const char* complaint);
  void may_send_whenever();
  // Hangs up at that moment, even during calls.
  void must_end_at(Moment moment) { end_at_ = moment; }
  // From now on, the peer must close within this time after its last answer.
  void must_close_within(std::chrono::milliseconds time);
  // Whether closing now cannot lose the answer: it was short and the peer has sent nothing beyond
  // its request. Io thread, once no call is under way.
  bool may_close_at_once();
  // Waits until fewer than `calls` calls are under way and the outbox is empty.
  asio::awaitable<void> until_fewer_than(int calls);
  bool has_fewer_than(int calls);

  // --- calls; any thread ---
  void begin_call();
  // Returns the next frame of one answer; nullopt after the last. Called on any thread, when the
  // peer has taken the previous frame.
  using Rest = std::function<std::optional<std::string>()>;

  // Ends a call begun: sends `frame`, then the frames that `rest` returns. nullopt hangs up without
  // a byte.
  void end_call(std::optional<std::string> frame, Rest rest = nullptr);

  // --- messages outside calls; any thread ---
  // Sends a frame. Errors: unavailable when the connection has ended, or when too many bytes
  // already wait in the outbox.
  Result<void> send(std::string frame);
  // Bytes not yet taken by the peer.
  std::size_t unsent() const { return unsent_; }

  // --- requests to the peer; io thread ---
  Questions& questions();
  bool has_questions() const { return questions_ && !questions_->empty(); }
  Keepalive& keepalive() { return keepalive_; }
  // Whether the peer has declared that it answers requests, and is still read from.
  void set_attending(bool attending) { attending_ = attending; }
  bool is_attending() const { return attending_; }
  // Since when a newer connection attends under the same name; nullopt: none, or it was reported
  // already.
  void set_followed(std::optional<Moment> since) { followed_ = since; }
  std::optional<Moment> followed() const { return followed_; }
  // Counts an unsolicited answer; returns the count so far.
  int note_unasked() { return ++unasked_; }

  // Ends both directions; readers and writers then see the end. Any thread.
  void hang_up();
  // Shuts down sending, without ending a call. Any thread.
  void end_sending();
  // Stops reading; calls under way are still answered. Any thread.
  void stop_reading();
  // Hangs up when a time-out has passed, and returns the complaint. Io thread.
  std::optional<std::string> overdue(Moment now);

  // Records that a call of a peer without a certificate has succeeded: it has joined. Any thread.
  void note_success() { succeeded_ = true; }
  bool has_succeeded() const { return succeeded_; }
  // Whether the peer has sent a request, successful or not. Any thread.
  bool has_asked() const { return asked_; }

  // Why TLS failed; empty when it ended in good order or is not in use.
  std::string complaint();

  // Whether overdue() has hung up; the read error that follows is then not the peer's fault.
  bool was_overdue() const { return was_overdue_; }

  void close();  // io thread; do not use afterwards

 private:
  // All called with mutex_ held.
  ssize_t send_some(std::string_view bytes);
  struct Outgoing {
    std::string frame;
    Rest rest;  // empty when the frame is the last of its answer
  };
  void send_now(Outgoing outgoing);
  bool put_next(Outgoing& outgoing);
  int more() const;
  void sent_all();
  void broken(int error);
  void wake_reader();
  void count_unsent(std::ptrdiff_t more);
  void prolong(std::size_t taken);
  bool idle_enough(int calls) const;

  StreamSocket& watched();

  asio::awaitable<void> write_outbox(std::shared_ptr<PeerConnection> self);

  Caller caller_;
  Manner manner_;
  const std::chrono::milliseconds answer_time_;
  std::shared_ptr<CallerAccount> account_;
  std::optional<Moment> send_by_;  // io thread only
  const char* complaint_ = "";
  std::optional<Moment> end_at_;                         // io thread only
  std::optional<std::chrono::milliseconds> close_time_;  // io thread only

  std::atomic<bool> succeeded_{false};
  std::atomic<bool> asked_{false};

  std::unique_ptr<Questions> questions_;  // io thread only, as the next four; created when needed
  Keepalive keepalive_;
  bool attending_ = false;
  std::optional<Moment> followed_;
  int unasked_ = 0;

  std::mutex mutex_;
  // Opened over fd_ at the first wait. Never needed for a peer whose request is there when it is
  // accepted and whose answer fits the buffer. Io thread only.
  StreamSocket socket_;
  const asio::generic::stream_protocol protocol_;
  std::size_t answered_bytes_ = 0;
  std::optional<TlsSession> tls_;  // over socket_; destroyed first
  int fd_;                         // -1 once closed
  std::deque<Outgoing> outbox_;    // `sent_` bytes of the first frame are sent
  std::size_t sent_ = 0;
  std::atomic<std::size_t> unsent_{0};  // unsent bytes in the outbox; written with the mutex held
  bool was_overdue_ = false;            // io thread only
  bool writing_ = false;                // write_outbox runs
  bool broken_ = false;                 // no further byte can be sent
  std::optional<Moment> taken_by_;      // time-out for some of the first frame of the outbox
  std::size_t taken_ = 0;               // bytes since taken_by_ was set
  int calls_ = 0;                       // under way
  Moment answered_{};                   // when the last call ended; used with close_time_
  std::optional<asio::steady_timer> reader_waits_;  // cancelled to make the reader look again
};

}  // namespace mega
