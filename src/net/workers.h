// Workers: the threads on which functions run, and the queue before them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace mega {

// Something to be done once, on a worker.
class Job {
 public:
  virtual ~Job() = default;
  // May block. An exception is logged and dropped: a job with a waiting caller catches its own.
  virtual void run() = 0;
};

// Jobs start in the order in which they were pushed. All methods may be called from any thread.
class Workers {
 public:
  explicit Workers(int threads);  // at least 1
  // Runs what is queued, then joins.
  ~Workers();
  Workers(const Workers&) = delete;

  void push(std::unique_ptr<Job> job);
  // In their order; `jobs` is empty afterwards.
  void push(std::vector<std::unique_ptr<Job>>& jobs);

  // Jobs that no thread has taken yet.
  std::size_t waiting() const;
  int threads() const { return static_cast<int>(threads_.size()); }

 private:
  void work();
  void wake_another(std::unique_lock<std::mutex>& lock);  // unlocks it

  mutable std::mutex mutex_;
  std::condition_variable pushed_;
  std::deque<std::unique_ptr<Job>> queue_;
  int idle_ = 0;
  bool waking_ = false;  // a thread was woken and has not come yet
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mega
