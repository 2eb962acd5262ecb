// AnswerBatch and JobBatch: collect the answers and the jobs of one turn of the io thread.
//
// Waking a sleeping peer costs more than the rest of sending its answer. AnswerBatch sends all
// answers of a turn together, so that peers in one process are woken once.
//
// Waking a worker for each job costs two thread switches per request: on few cores the worker
// preempts the io thread and finishes before the next job arrives. JobBatch pushes the jobs once
// the io thread has read all ready sockets.
#pragma once

#include "net/asio.h"
#include "net/peer_connection.h"
#include "net/workers.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mega {

// Io thread only. The io_context must outlive it.
class AnswerBatch {
 public:
  explicit AnswerBatch(asio::io_context& io) : io_(io) {}
  AnswerBatch(const AnswerBatch&) = delete;

  // Ends a call of the connection with the frame as its answer.
  void push(std::shared_ptr<PeerConnection> connection, std::string frame) {
    answers_.emplace_back(std::move(connection), std::move(frame));
    if (answers_.size() > 1) return;
    // Runs behind the handlers that are ready now.
    asio::post(io_, [this] { send(); });
  }

 private:
  void send() {
    for (auto& [connection, frame] : answers_) connection->end_call(std::move(frame));
    answers_.clear();
  }

  asio::io_context& io_;
  std::vector<std::pair<std::shared_ptr<PeerConnection>, std::string>> answers_;
};

// Io thread only. `io` and `workers` must outlive it.
class JobBatch {
 public:
  JobBatch(asio::io_context& io, Workers& workers) : io_(io), workers_(workers) {}
  JobBatch(const JobBatch&) = delete;

  void push(std::unique_ptr<Job> job, Lane lane) {
    auto& jobs = lane == Lane::reserved ? reserved_jobs_ : jobs_;
    jobs.push_back(std::move(job));
    if (jobs.size() > 1) return;
    // Runs behind the handlers that are ready now.
    asio::post(io_, [this, lane, &jobs] { workers_.push(jobs, lane); });
  }

 private:
  asio::io_context& io_;
  Workers& workers_;
  std::vector<std::unique_ptr<Job>> jobs_, reserved_jobs_;
};

}  // namespace mega
