// Workers: the threads that run functions, and their queue.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace mega {

// A unit of work, run once on a worker.
class Job {
 public:
  virtual ~Job() = default;
  // May block. Exceptions are logged and dropped, so a job with a waiting coroutine must catch
  // them.
  virtual void run() = 0;
};

// Jobs start in the order of push(). Thread-safe.
class Workers {
 public:
  explicit Workers(int threads);  // at least 1
  // Runs the queued jobs, then joins the threads.
  ~Workers();
  Workers(const Workers&) = delete;

  void push(std::unique_ptr<Job> job);
  // Pushes in order; `jobs` is empty afterwards.
  void push(std::vector<std::unique_ptr<Job>>& jobs);

  // The number of queued jobs.
  std::size_t waiting() const;
  int threads() const { return static_cast<int>(threads_.size()); }

 private:
  void work();
  void wake_another(std::unique_lock<std::mutex>& lock);  // unlocks it

  mutable std::mutex mutex_;
  std::condition_variable pushed_;
  std::deque<std::unique_ptr<Job>> queue_;
  int idle_ = 0;
  bool waking_ = false;  // a woken thread has not resumed yet
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mega
