#include "net/peer_connection.h"

#include "base/log.h"
#include "net/coroutines.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstring>

namespace mega {
namespace {

constexpr Logger logger{"serve"};

// Fits any peer's receive window at once, so that no part of it waits for the peer.
constexpr std::size_t short_answer_bytes_max = 16 << 10;

// The unsent bytes above which a peer gets no further message. A message of any size is accepted
// while the outbox is shorter.
constexpr std::size_t unsent_bytes_max = 8 << 20;

// A peer that takes less than this within answer_time is too slow.
constexpr std::size_t progress_bytes = 64 << 10;

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

// As send(2), retried after a signal. `more`: MSG_MORE.
ssize_t send_plain(int fd, std::string_view bytes, int more) {
  for (;;) {
    const ssize_t n = ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL | more);
    if (n >= 0 || errno != EINTR) return n;
  }
}

// As send_plain(), through TLS: writes as many of its short records as the socket takes.
ssize_t send_through(TlsSession& tls, std::string_view bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto n = tls.write(bytes.substr(sent));
    if (!n) {
      errno = ECONNRESET;
      return -1;
    }
    if (*n == 0) break;
    sent += *n;
  }
  if (sent > 0 || bytes.empty()) return static_cast<ssize_t>(sent);
  errno = EAGAIN;
  return -1;
}

}  // namespace

PeerConnection::PeerConnection(asio::io_context& io, asio::generic::stream_protocol protocol,
                               int fd, Caller caller, Manner manner,
                               std::chrono::milliseconds answer_time)
    : caller_(std::move(caller)),
      manner_(manner),
      answer_time_(answer_time),
      socket_(io),
      protocol_(protocol),
      fd_(fd) {}

PeerConnection::~PeerConnection() = default;

void PeerConnection::secure(TlsSession session, Caller caller, Manner manner) {
  const std::lock_guard lock(mutex_);
  tls_ = std::move(session);
  caller_ = std::move(caller);
  manner_ = manner;
}

StreamSocket& PeerConnection::watched() {
  if (!socket_.is_open()) {
    asio::error_code error;
    socket_.assign(protocol_, fd_, error);
    // The wait then fails at once, and the next read or write finds the connection ended.
    if (error) ::shutdown(fd_, SHUT_RDWR);
  }
  return socket_;
}

asio::awaitable<void> PeerConnection::writable() {
  co_await watched().async_wait(StreamSocket::wait_write, as_value);
}

asio::awaitable<void> PeerConnection::readable() {
  // An error (the socket was shut down) shows again in read().
  co_await watched().async_wait(StreamSocket::wait_read, as_value);
}

std::optional<std::size_t> PeerConnection::read(char* into, std::size_t size) {
  if (tls_) {  // set on this thread
    const std::lock_guard lock(mutex_);
    return tls_->read(into, size);
  }
  for (;;) {
    const ssize_t n = ::recv(fd_, into, size, MSG_DONTWAIT);
    if (n > 0) return static_cast<std::size_t>(n);
    if (n == 0) return std::nullopt;
    if (errno == EINTR) continue;
    if (would_block(errno)) return 0;
    return std::nullopt;
  }
}

void PeerConnection::must_send_by(Moment moment, const char* complaint) {
  send_by_ = moment;
  complaint_ = complaint;
}

void PeerConnection::may_send_whenever() { send_by_.reset(); }

void PeerConnection::must_close_within(std::chrono::milliseconds time) {
  const std::lock_guard lock(mutex_);
  close_time_ = time;
  answered_ = std::chrono::steady_clock::now();
}

bool PeerConnection::idle_enough(int calls) const {
  return broken_ || (calls_ < calls && outbox_.empty());
}

bool PeerConnection::may_close_at_once() {
  char unread;
  const std::lock_guard lock(mutex_);
  return !broken_ && answered_bytes_ <= short_answer_bytes_max &&
         ::recv(fd_, &unread, 1, MSG_DONTWAIT | MSG_PEEK) <= 0;
}

bool PeerConnection::has_fewer_than(int calls) {
  const std::lock_guard lock(mutex_);
  return idle_enough(calls);
}

asio::awaitable<void> PeerConnection::until_fewer_than(int calls) {
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (idle_enough(calls)) {
        reader_waits_.reset();
        co_return;
      }
      // end_call() posts a cancellation, which runs after this coroutine has suspended.
      reader_waits_.emplace(socket_.get_executor(), asio::steady_timer::time_point::max());
    }
    co_await reader_waits_->async_wait(as_value);
  }
}

void PeerConnection::wake_reader() {
  if (!reader_waits_) return;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    const std::lock_guard lock(self->mutex_);
    if (self->reader_waits_) self->reader_waits_->cancel();
  });
}

void PeerConnection::begin_call() {
  asked_ = true;
  const std::lock_guard lock(mutex_);
  ++calls_;
}

void PeerConnection::end_call(std::optional<std::string> frame, Rest rest) {
  const std::lock_guard lock(mutex_);
  --calls_;
  assert(calls_ >= 0);
  if (!frame) {
    if (fd_ >= 0) ::shutdown(fd_, SHUT_RDWR);
  } else if (!broken_ && fd_ >= 0) {
    answered_bytes_ += frame->size();
    send_now({std::move(*frame), std::move(rest)});
  }
  wake_reader();
}

Result<void> PeerConnection::send(std::string frame) {
  const std::lock_guard lock(mutex_);
  if (broken_ || fd_ < 0) return fail(Errc::unavailable, "the connection is at its end");
  if (unsent_ > unsent_bytes_max) {
    return fail(Errc::unavailable, "it does not take what it was sent: {} bytes wait",
                unsent_.load());
  }
  send_now({std::move(frame), nullptr});
  return {};
}

Questions& PeerConnection::questions() {
  if (!questions_) questions_ = std::make_unique<Questions>();
  return *questions_;
}

std::string PeerConnection::complaint() {
  const std::lock_guard lock(mutex_);
  return tls_ ? tls_->complaint() : "";
}

ssize_t PeerConnection::send_some(std::string_view bytes) {
  return tls_ ? send_through(*tls_, bytes) : send_plain(fd_, bytes, more());
}

// Advances to the next frame of the answer; false: the answer has no more frames.
bool PeerConnection::put_next(Outgoing& outgoing) {
  sent_ = 0;
  if (!outgoing.rest) return false;
  auto next = outgoing.rest();
  if (!next) return false;
  outgoing.frame = std::move(*next);
  return true;
}

void PeerConnection::send_now(Outgoing outgoing) {
  if (outbox_.empty()) {
    do {
      const ssize_t n = send_some(outgoing.frame);
      if (n < 0 && !would_block(errno)) return broken(errno);
      sent_ = n < 0 ? 0 : static_cast<std::size_t>(n);
      if (sent_ < outgoing.frame.size()) break;
      if (!put_next(outgoing)) return sent_all();
    } while (true);
    taken_by_ = std::chrono::steady_clock::now() + answer_time_;
    taken_ = 0;
  }
  const std::size_t unsent = outgoing.frame.size() - (outbox_.empty() ? sent_ : 0);
  count_unsent(static_cast<std::ptrdiff_t>(unsent));
  outbox_.push_back(std::move(outgoing));
  if (writing_) return;
  writing_ = true;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    spawn(self->socket_.get_executor(), self->write_outbox(self), "serve");
  });
}

// With one_answer the shutdown follows at once: MSG_MORE lets the FIN travel with the last bytes.
int PeerConnection::more() const { return manner_ == Manner::one_answer ? MSG_MORE : 0; }

void PeerConnection::sent_all() {
  if (manner_ == Manner::one_answer && fd_ >= 0) ::shutdown(fd_, SHUT_WR);
}

void PeerConnection::broken(int error) {
  if (!broken_) logger.info("peer={} answer lost: {}", caller_.peer, std::strerror(error));
  broken_ = true;
  outbox_.clear();
  count_unsent(-static_cast<std::ptrdiff_t>(unsent_.load()));
  taken_by_.reset();
  if (fd_ >= 0) ::shutdown(fd_, SHUT_RDWR);
  wake_reader();
}

void PeerConnection::count_unsent(std::ptrdiff_t more) {
  unsent_ += static_cast<std::size_t>(more);
  if (account_) account_->add(Resource::unsent, more);
}

// The time-out is about progress: a slow peer may take a large answer for as long as it takes some.
void PeerConnection::prolong(std::size_t taken) {
  taken_ += taken;
  if (taken_ < progress_bytes) return;
  taken_ = 0;
  taken_by_ = std::chrono::steady_clock::now() + answer_time_;
}

// `self` keeps the connection alive while the coroutine runs.
asio::awaitable<void> PeerConnection::write_outbox(std::shared_ptr<PeerConnection> self) {
  for (;;) {
    co_await self->watched().async_wait(StreamSocket::wait_write, as_value);
    const std::lock_guard lock(self->mutex_);
    while (!self->outbox_.empty()) {
      Outgoing& front = self->outbox_.front();
      const std::string& frame = front.frame;
      const ssize_t n = self->send_some(std::string_view(frame).substr(self->sent_));
      if (n < 0 && would_block(errno)) break;
      if (n < 0) {
        self->broken(errno);
        break;
      }
      self->sent_ += static_cast<std::size_t>(n);
      self->count_unsent(-n);
      self->prolong(static_cast<std::size_t>(n));
      if (self->sent_ < frame.size()) continue;
      if (self->put_next(front)) {
        self->count_unsent(static_cast<std::ptrdiff_t>(front.frame.size()));
      } else {
        self->outbox_.pop_front();
      }
      self->prolong(progress_bytes);
    }
    if (!self->outbox_.empty()) continue;
    self->taken_by_.reset();
    self->writing_ = false;
    if (!self->broken_) self->sent_all();
    self->wake_reader();
    co_return;
  }
}

void PeerConnection::hang_up() {
  const std::lock_guard lock(mutex_);
  if (fd_ >= 0) ::shutdown(fd_, SHUT_RDWR);
}

void PeerConnection::end_sending() {
  const std::lock_guard lock(mutex_);
  if (fd_ >= 0) ::shutdown(fd_, SHUT_WR);
}

void PeerConnection::stop_reading() {
  const std::lock_guard lock(mutex_);
  if (fd_ >= 0) ::shutdown(fd_, SHUT_RD);
}

std::optional<std::string> PeerConnection::overdue(Moment now) {
  // A connection whose mutex is held is busy sending and not late; do not wait for it here.
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || fd_ < 0 || broken_) return std::nullopt;
  if (taken_by_ && *taken_by_ <= now) {
    const std::size_t left = outbox_.front().frame.size() - sent_;
    broken_ = was_overdue_ = true;
    ::shutdown(fd_, SHUT_RDWR);
    wake_reader();
    return fmt::format("took less than {} bytes of an answer within {} ms, {} bytes are left",
                       progress_bytes, answer_time_.count(), left);
  }
  if (send_by_ && *send_by_ <= now) {
    send_by_.reset();
    was_overdue_ = true;
    ::shutdown(fd_, SHUT_RDWR);
    return complaint_;
  }
  if (end_at_ && *end_at_ <= now) {
    end_at_.reset();
    was_overdue_ = true;
    ::shutdown(fd_, SHUT_RDWR);
    return "its certificate has ended: it may come again with a new one";
  }
  if (!close_time_ || calls_ > 0 || !outbox_.empty()) {
    answered_ = now;
  } else if (answered_ + *close_time_ <= now) {
    broken_ = was_overdue_ = true;
    ::shutdown(fd_, SHUT_RDWR);  // the peer has its answer: no complaint
  }
  return std::nullopt;
}

void PeerConnection::close() {
  const std::lock_guard lock(mutex_);
  if (tls_ && !broken_ && !was_overdue_) tls_->close();
  tls_.reset();
  outbox_.clear();
  count_unsent(-static_cast<std::ptrdiff_t>(unsent_.load()));
  asio::error_code ignored;
  if (socket_.is_open()) {
    socket_.close(ignored);
  } else {
    ::close(fd_);
  }
  fd_ = -1;
}

}  // namespace mega
