// JobBatch: jobs of one turn of the io thread, handed to the workers together.
//
// A worker that is woken for each job runs at once, on few cores in place of the io thread, and has
// done its job before the next comes: two switches of threads for each request. What the sockets
// have brought at one time is therefore pushed when the io thread has looked at all of it.
#pragma once

#include "net/asio.h"
#include "net/workers.h"

#include <memory>
#include <utility>
#include <vector>

namespace mega {

// For the io thread. Both that are referred to must outlive it.
class JobBatch {
 public:
  JobBatch(asio::io_context& io, Workers& workers) : io_(io), workers_(workers) {}
  JobBatch(const JobBatch&) = delete;

  void push(std::unique_ptr<Job> job) {
    jobs_.push_back(std::move(job));
    if (jobs_.size() > 1) return;
    // Runs behind the handlers that are ready now.
    asio::post(io_, [this] { workers_.push(jobs_); });
  }

 private:
  asio::io_context& io_;
  Workers& workers_;
  std::vector<std::unique_ptr<Job>> jobs_;
};

}  // namespace mega
