#include "api/held_answers.h"

#include <csignal>
#include <utility>

namespace mega {

void HeldAnswers::hold(std::chrono::milliseconds hold, std::function<void()> send) {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) {
      held_.emplace(std::chrono::steady_clock::now() + hold, std::exchange(send, nullptr));
      if (!thread_.joinable()) {
        // Signals are blocked in the thread: the thread of the io_context handles them.
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        thread_ = std::thread([this] { send_due(); });
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
      }
    }
  }
  if (send) return send();
  news_.notify_one();
}

void HeldAnswers::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  news_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void HeldAnswers::send_due() {
  std::unique_lock lock(mutex_);
  while (!stopping_ || !held_.empty()) {
    if (held_.empty()) {
      news_.wait(lock);
      continue;
    }
    const auto first = held_.begin();
    if (!stopping_ && std::chrono::steady_clock::now() < first->first) {
      news_.wait_until(lock, first->first);
      continue;
    }
    const std::function<void()> send = std::move(first->second);
    held_.erase(first);
    lock.unlock();
    send();
    lock.lock();
  }
}

}  // namespace mega
