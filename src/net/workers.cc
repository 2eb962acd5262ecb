#include "net/workers.h"

#include "base/log.h"

#include <algorithm>
#include <csignal>
#include <exception>

namespace mega {
namespace {

constexpr Logger logger{"workers"};

void run_logged(Job& job) {
  try {
    job.run();
  } catch (const std::exception& e) {
    logger.error("internal error: {}", e.what());
  } catch (...) {
    logger.error("internal error: an exception of unknown type");
  }
}

}  // namespace

Workers::Workers(int threads, int reserved) : common_threads_(std::max(threads, 1)) {
  // Signals are delivered to the thread that runs the io_context.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  for (int i = 0; i < common_threads_; ++i) threads_.emplace_back([this] { work(); });
  for (int i = 0; i < reserved; ++i) threads_.emplace_back([this] { work_reserved(); });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Workers::~Workers() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  pushed_.notify_all();
  pushed_reserved_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Workers::push(std::unique_ptr<Job> job) {
  std::unique_lock lock(mutex_);
  queue_.push_back(std::move(job));
  wake_another(lock);
}

void Workers::push(std::vector<std::unique_ptr<Job>>& jobs, Lane lane) {
  std::unique_lock lock(mutex_);
  auto& queue = lane == Lane::reserved ? reserved_queue_ : queue_;
  for (auto& job : jobs) queue.push_back(std::move(job));
  jobs.clear();
  wake_another(lock);
}

// Waking a thread costs a system call, and waking all at once causes contention for cores and
// locks. So wakes one at a time: a woken thread wakes the next when jobs are left. A reserved
// thread is woken when all others are busy.
void Workers::wake_another(std::unique_lock<std::mutex>& lock) {
  const bool some = !queue_.empty() || !reserved_queue_.empty();
  const bool wake = some && idle_ > 0 && !waking_;
  const bool wake_reserved = !reserved_queue_.empty() && idle_ == 0;
  waking_ = waking_ || wake;
  lock.unlock();
  if (wake) pushed_.notify_one();
  if (wake_reserved) pushed_reserved_.notify_one();
}

std::unique_ptr<Job> Workers::take() {
  auto& queue = reserved_queue_.empty() ? queue_ : reserved_queue_;
  std::unique_ptr<Job> job = std::move(queue.front());
  queue.pop_front();
  return job;
}

std::size_t Workers::waiting() const {
  const std::lock_guard lock(mutex_);
  return queue_.size() + reserved_queue_.size();
}

void Workers::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (queue_.empty() && reserved_queue_.empty()) {
      if (stopping_) return;
      ++idle_;
      pushed_.wait(lock);
      --idle_;
      waking_ = false;
      continue;
    }
    std::unique_ptr<Job> job = take();
    wake_another(lock);
    run_logged(*job);
    job.reset();
    lock.lock();
  }
}

void Workers::work_reserved() {
  std::unique_lock lock(mutex_);
  for (;;) {
    pushed_reserved_.wait(lock, [this] { return stopping_ || !reserved_queue_.empty(); });
    if (reserved_queue_.empty()) return;
    std::unique_ptr<Job> job = take();
    lock.unlock();
    run_logged(*job);
    job.reset();
    lock.lock();
  }
}

}  // namespace mega
