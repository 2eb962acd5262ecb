// PeerConnection: one peer's socket, the answers on their way to it, and its limits of time.
//
// The coroutine that reads from it (serve.cc) runs on the io thread. Answers come from workers,
// which send them at once when the socket takes them: no hop to the io thread for what fits its
// buffer. What does not fit waits in the outbox, and a second coroutine writes it.
//
// Lives as long as a coroutine or a running call holds it. close() must have been called on the
// io thread before the last of them lets go; serve.cc does so at the end of each connection.
#pragma once

#include "base/result.h"
#include "net/asio.h"
#include "net/keepalive.h"
#include "net/open_questions.h"
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
    kept,        // many answers
    one_answer,  // the sending side is shut down behind the first answer
  };

  // `answer_time`: for the peer to take one answer once it is ready.
  // `fd`: an accepted, non-blocking socket of that protocol, owned from now on.
  PeerConnection(asio::io_context& io, asio::generic::stream_protocol protocol, int fd,
                 Caller caller, Manner manner, std::chrono::milliseconds answer_time);
  ~PeerConnection();

  const Caller& caller() const { return caller_; }
  asio::any_io_executor executor() { return socket_.get_executor(); }

  // From now on the bytes go through TLS, and the peer is who its certificate says. Io thread,
  // before the first call.
  void secure(TlsSession session, Caller caller, Manner manner);
  int fd() const { return fd_; }  // io thread only

  // --- reading; io thread ---
  // Until there is something to read, or the peer or hang_up() has ended that.
  asio::awaitable<void> readable();
  asio::awaitable<void> writable();
  // What is there, up to `size` bytes: 0 when nothing is there yet, nullopt when nothing more will
  // come.
  std::optional<std::size_t> read(char* into, std::size_t size);
  // By when the peer must have sent more, and what to say when it has not ("did not ..."; a
  // literal).
  void must_send_by(Moment moment, const char* complaint);
  void may_send_whenever();
  // The right to be here ends then, whatever is under way.
  void must_end_at(Moment moment) { end_at_ = moment; }
  // From now on: once it has all its answers, the peer has this long to close.
  void must_close_within(std::chrono::milliseconds time);
  // The peer has sent nothing beyond its request and needs no watching until it has its answer:
  // closing now loses nothing. Io thread, once no call is under way.
  bool may_close_at_once();
  // Waits until fewer than `calls` calls are under way and no answer is stuck.
  asio::awaitable<void> until_fewer_than(int calls);
  bool has_fewer_than(int calls);

  // --- calls; any thread ---
  void begin_call();
  // Further frames of one answer, one a call; nullopt behind the last. Called when the peer has
  // taken the frame before, on any thread.
  using Rest = std::function<std::optional<std::string>()>;

  // Sends the frame of a call begun, then what `rest` gives; nullopt: hangs up without a byte.
  void end_call(std::optional<std::string> frame, Rest rest = nullptr);

  // --- messages that belong to no call; any thread ---
  // Sends a frame. Errors: unavailable when the connection is at its end, or when the peer leaves
  // so much untaken that more would only fill the memory.
  Result<void> send(std::string frame);
  // Bytes that wait until the peer takes them.
  std::size_t unsent() const { return unsent_; }

  // --- what we asked the peer; io thread ---
  Questions& questions();
  bool has_questions() const { return questions_ && !questions_->empty(); }
  Keepalive& keepalive() { return keepalive_; }
  // The peer has said that it answers requests, and is still read from.
  void set_attending(bool attending) { attending_ = attending; }
  bool is_attending() const { return attending_; }
  // Since when a newer connection attends under the same name; nullopt: none does, or none that
  // has not been told of.
  void set_followed(std::optional<Moment> since) { followed_ = since; }
  std::optional<Moment> followed() const { return followed_; }
  // Counts an unsolicited answer; how many there are by now.
  int note_unasked() { return ++unasked_; }

  // Ends both directions; pending reads and writes fail. Any thread.
  void hang_up();
  // Nothing more is sent, without a call. Any thread.
  void end_sending();
  // Nothing more is read; what is under way is still answered. Any thread.
  void stop_reading();
  // Hangs up when a limit of time has passed, and says which. Io thread.
  std::optional<std::string> overdue(Moment now);

  // A call of a peer without a certificate has succeeded: it has joined. Any thread.
  void note_success() { succeeded_ = true; }
  bool has_succeeded() const { return succeeded_; }
  // The peer has sent a request, whatever came of it. Any thread.
  bool has_asked() const { return asked_; }

  // Why TLS was at its end; empty when it was in good order, or there is none.
  std::string complaint();

  // overdue() has hung up: what the reader sees from now on is no fault of the peer's own.
  bool was_overdue() const { return was_overdue_; }

  void close();  // io thread; not used afterwards

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
  bool idle_enough(int calls) const;

  StreamSocket& watched();

  asio::awaitable<void> write_outbox(std::shared_ptr<PeerConnection> self);

  Caller caller_;
  Manner manner_;
  const std::chrono::milliseconds answer_time_;
  std::optional<Moment> send_by_;  // io thread only
  const char* complaint_ = "";
  std::optional<Moment> end_at_;                         // io thread only
  std::optional<std::chrono::milliseconds> close_time_;  // io thread only

  std::atomic<bool> succeeded_{false};
  std::atomic<bool> asked_{false};

  std::unique_ptr<Questions> questions_;  // io thread only, as the next four; made when needed
  Keepalive keepalive_;
  bool attending_ = false;
  std::optional<Moment> followed_;
  int unasked_ = 0;

  std::mutex mutex_;
  // Over fd_ from the first time that somebody waits for it: a peer whose request is there when it
  // is accepted, and whose answer fits the buffer, is never waited for. Io thread only.
  StreamSocket socket_;
  const asio::generic::stream_protocol protocol_;
  std::size_t answered_bytes_ = 0;
  std::optional<TlsSession> tls_;  // over socket_; goes first
  int fd_;                         // -1 once closed
  std::deque<Outgoing> outbox_;    // `sent_` bytes of the first frame are gone
  std::size_t sent_ = 0;
  std::atomic<std::size_t> unsent_{
      0};  // written with the mutex; bytes of the outbox's frames that are not gone
  bool was_overdue_ = false;        // io thread only
  bool writing_ = false;            // write_outbox runs
  bool broken_ = false;             // no further byte can be sent
  std::optional<Moment> taken_by_;  // when the peer must have taken the first of the outbox
  int calls_ = 0;                   // under way
  Moment answered_{};               // when the last call ended, while close_time_ counts
  std::optional<asio::steady_timer> reader_waits_;  // its cancellation is the signal to look again
};

}  // namespace mega
