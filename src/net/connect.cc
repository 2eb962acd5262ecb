#include "net/connect.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>
#include <vector>

namespace mega {
namespace {

using Clock = std::chrono::steady_clock;

// The attempts to reach the addresses of one host. Closes all sockets but the one it returns.
class Race {
 public:
  Race(std::span<const SocketAddress> addresses, Clock::time_point until, int stop)
      : left_(addresses), until_(until), stop_(stop) {
    const auto count = static_cast<int>(std::max<std::size_t>(addresses.size(), 1));
    pause_ = std::clamp<Clock::duration>((until - Clock::now()) / count, Clock::duration::zero(),
                                         connect_pause);
  }
  ~Race() {
    for (const pollfd& each : tried_) ::close(each.fd);
  }
  Race(const Race&) = delete;

  // The winner; nullopt: see error().
  std::optional<int> run() {
    while (!left_.empty() || !tried_.empty()) {
      if (!left_.empty() && (tried_.empty() || Clock::now() >= next_start_)) {
        if (const auto fd = start_next()) return fd;
      } else if (!wait()) {
        return std::nullopt;
      } else if (const auto fd = finished()) {
        return fd;
      }
    }
    return std::nullopt;
  }

  int error() const { return error_; }

 private:
  // The socket of the next address, if it is connected at once.
  std::optional<int> start_next() {
    const SocketAddress& address = left_.front();
    left_ = left_.subspan(1);
    const int fd = ::socket(address.family(), SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && ::connect(fd, address.data(), address.size()) == 0) return fd;
    error_ = errno;
    if (fd >= 0 && error_ == EINPROGRESS) {
      tried_.push_back({.fd = fd, .events = POLLOUT, .revents = 0});
      next_start_ = Clock::now() + pause_;
    } else if (fd >= 0) {
      ::close(fd);
    }
    return std::nullopt;
  }

  // Waits for an attempt to end, or until the next one begins. False: there is no more time.
  bool wait() {
    const auto end = left_.empty() ? until_ : std::min(until_, next_start_);
    const auto span = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    std::vector<pollfd> all = tried_;
    all.push_back({.fd = stop_, .events = POLLIN, .revents = 0});
    const int ready = ::poll(all.data(), all.size(),
                             static_cast<int>(std::clamp<long long>(span.count(), 0, 1 << 30)));
    if (ready < 0 && errno != EINTR) {
      error_ = errno;
      return false;
    }
    if (ready > 0 && all.back().revents != 0) {
      error_ = ECANCELED;
      return false;
    }
    all.pop_back();
    tried_ = std::move(all);
    if (ready <= 0 && Clock::now() >= until_) {
      error_ = ETIMEDOUT;
      return false;
    }
    return true;
  }

  // The first attempt that has succeeded; drops those that have failed, each of which lets the next
  // address begin at once.
  std::optional<int> finished() {
    for (std::size_t i = 0; i < tried_.size();) {
      if (std::exchange(tried_[i].revents, 0) == 0) {
        ++i;
        continue;
      }
      const int fd = tried_[i].fd;
      tried_.erase(tried_.begin() + static_cast<std::ptrdiff_t>(i));
      int failure = 0;
      socklen_t size = sizeof failure;
      if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &size) != 0) failure = errno;
      if (failure == 0) return fd;
      ::close(fd);
      error_ = failure;
      next_start_ = Clock::now();
    }
    return std::nullopt;
  }

  std::span<const SocketAddress> left_;  // not yet tried
  const Clock::time_point until_;
  const int stop_;
  Clock::duration pause_;
  Clock::time_point next_start_;
  std::vector<pollfd> tried_;
  int error_ = ETIMEDOUT;
};

}  // namespace

int connect_to_any(std::span<const SocketAddress> addresses, Clock::time_point until, int stop,
                   int* error) {
  Race race(addresses, until, stop);
  const auto fd = race.run();
  if (!fd) *error = race.error();
  return fd.value_or(-1);
}

}  // namespace mega
