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

// Which jobs start first.
enum class Lane {
  common,
  reserved,  // before all common ones, and on the reserved threads as well
};

// The jobs of a lane start in the order of push(). Thread-safe.
class Workers {
 public:
  // `reserved`: threads beside the others that run only jobs of that lane.
  explicit Workers(int threads, int reserved = 0);  // threads: at least 1
  // Runs the queued jobs, then joins the threads.
  ~Workers();
  Workers(const Workers&) = delete;

  void push(std::unique_ptr<Job> job);
  // Pushes in order; `jobs` is empty afterwards.
  void push(std::vector<std::unique_ptr<Job>>& jobs, Lane lane = Lane::common);

  // The number of queued jobs.
  std::size_t waiting() const;
  int threads() const { return common_threads_; }

 private:
  void work();
  void work_reserved();
  std::unique_ptr<Job> take();                            // requires: a job is queued
  void wake_another(std::unique_lock<std::mutex>& lock);  // unlocks it

  mutable std::mutex mutex_;
  std::condition_variable pushed_, pushed_reserved_;
  std::deque<std::unique_ptr<Job>> queue_, reserved_queue_;
  const int common_threads_;
  int idle_ = 0;
  bool waking_ = false;  // a woken thread has not resumed yet
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace mega
