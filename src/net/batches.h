// AnswerBatch: answers of one turn of the io thread, sent together.
//
// A peer that sleeps is woken by its answer, which costs more than the rest of sending it. Peers
// that share a process are woken once when all their answers come at one time.
//
// JobBatch: jobs of one turn of the io thread, handed to the workers together.
//
// A worker that is woken for each job runs at once, on few cores in place of the io thread, and has
// done its job before the next comes: two switches of threads for each request. What the sockets
// have brought at one time is therefore pushed when the io thread has looked at all of it.
#pragma once

#include "net/asio.h"
#include "net/peer_connection.h"
#include "net/workers.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mega {

// For the io thread. The io_context must outlive it.
class AnswerBatch {
 public:
  explicit AnswerBatch(asio::io_context& io) : io_(io) {}
  AnswerBatch(const AnswerBatch&) = delete;

  // Ends a call of the connection with that frame.
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
